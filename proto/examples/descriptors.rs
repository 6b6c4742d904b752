//! Writes the contract's descriptors (a FileDescriptorSet with comments) to standard output, for generators in other languages.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(samband_proto::PUBLIC_DESCRIPTORS)
}
