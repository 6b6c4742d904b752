//! Compiles the contract without a system `protoc`, and refuses an event field without a marking or without explicit presence.

use std::{env, fmt::Write as _, fs, path::PathBuf};

use prost_reflect::DescriptorPool;

#[path = "src/check.rs"]
#[allow(dead_code, unreachable_pub, reason = "the library uses the rest of it")]
mod check;

const PUBLIC: [&str; 7] = [
    "samband/v1/options.proto",
    "samband/v1/common.proto",
    "samband/v1/event.proto",
    "samband/v1/command.proto",
    "samband/v1/session.proto",
    "samband/v1/history.proto",
    "samband/v1/directory.proto",
];
const INTERNAL: &str = "samband/internal/v1/stored.proto";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=samband");
    println!("cargo:rerun-if-changed=src/check.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);

    let mut compiler = protox::Compiler::new(["."])?;
    compiler.include_imports(true).include_source_info(true).open_files(PUBLIC)?;
    // Custom options survive only in the bytes: prost's own descriptor types drop them.
    fs::write(out.join("samband.v1.bin"), compiler.encode_file_descriptor_set())?;

    compiler.open_file(INTERNAL)?;
    let bytes = compiler.encode_file_descriptor_set();
    let pool = DescriptorPool::decode(bytes.as_slice())?;
    check::events(&pool)?;
    fs::write(out.join("samband.bin"), &bytes)?;
    fs::write(out.join("debug.rs"), debug_impls(&pool)?)?;

    prost_build::Config::new()
        .bytes(["."])
        // A derived `Debug` prints personal data; the generated one names the message and tells nothing.
        .skip_debug(["."])
        .extern_path(".samband.v1", "crate::v1")
        .compile_fds(file_set(&compiler, "samband.internal"))?;
    prost_build::Config::new().bytes(["."]).skip_debug(["."]).compile_fds(file_set(&compiler, "samband.v1"))?;
    Ok(())
}

fn file_set(compiler: &protox::Compiler, package: &str) -> prost_types::FileDescriptorSet {
    let mut set = compiler.file_descriptor_set();
    set.file.retain(|file| file.package().starts_with(package) || file.package().starts_with("google"));
    if package != "samband.v1" {
        // Its imports are external paths, but the generator must know their types.
        set = compiler.file_descriptor_set();
    }
    set
}

fn debug_impls(pool: &DescriptorPool) -> Result<String, std::fmt::Error> {
    let mut code = String::new();
    for message in pool.all_messages().filter(|m| m.package_name().starts_with("samband.")) {
        let module = if message.package_name() == "samband.v1" { "v1" } else { "internal" };
        let name = message.name();
        implement(&mut code, &format!("crate::{module}::{name}"), name)?;
        for oneof in message.oneofs().filter(|oneof| !oneof.is_synthetic()) {
            let path = format!("crate::{module}::{}::{}", snake(name), camel(oneof.name()));
            implement(&mut code, &path, &format!("{name}.{}", oneof.name()))?;
        }
    }
    for named in pool.all_enums().filter(|e| e.package_name().starts_with("samband.")) {
        writeln!(
            code,
            "impl std::fmt::Debug for crate::v1::{} {{ fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> \
             std::fmt::Result {{ f.write_str(self.as_str_name()) }} }}",
            named.name()
        )?;
    }
    Ok(code)
}

fn implement(code: &mut String, path: &str, name: &str) -> std::fmt::Result {
    writeln!(
        code,
        "impl std::fmt::Debug for {path} {{ fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {{ \
         f.write_str(\"{name}(…)\") }} }}"
    )
}

fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (at, letter) in name.chars().enumerate() {
        if letter.is_ascii_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

fn camel(name: &str) -> String {
    name.split('_').map(|part| part[..1].to_ascii_uppercase() + &part[1..]).collect()
}
