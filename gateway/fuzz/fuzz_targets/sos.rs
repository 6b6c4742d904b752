#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| samband_gateway::fuzz::target_sos(data));
