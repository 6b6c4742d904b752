//! TAK over real sockets on loopback: negotiation, garbage, TLS, WebSocket, another server.

mod clients;
mod peer;
mod session;
mod settings;
mod streams;
mod tls;
mod websockets;
