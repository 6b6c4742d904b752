/** What a session is spoken over. Frames are whole: one message, one frame of the contract. */
export interface SocketLike {
  /** Sends a frame; what cannot be sent is lost, the session's end tells. */
  send(bytes: Uint8Array): void;
  close(): void;
  onopen: () => void;
  onmessage: (bytes: Uint8Array) => void;
  onclose: (code: number, reason: string) => void;
}

export type OpenSocket = (url: string) => SocketLike;

/** Subprotocol with protobuf in binary messages. */
export const SUBPROTOCOL = 'samband.v1.proto';

/** What of the browser's WebSocket is used; the tests bring another one. */
export type WebSocketConstructor = new (url: string, protocols: string) => WebSocket;

/** A WebSocket of this page. */
export function plainSocket(url: string, Socket: WebSocketConstructor = WebSocket): SocketLike {
  const socket = new Socket(url, SUBPROTOCOL);
  socket.binaryType = 'arraybuffer';
  const self: SocketLike = {
    send: (bytes) => {
      // A closing socket throws in some browsers and is silent in others; the close that follows is what counts.
      if (socket.readyState === 1) socket.send(bytes as Uint8Array<ArrayBuffer>);
    },
    close: () => socket.close(),
    onopen: () => {},
    onmessage: () => {},
    onclose: () => {},
  };
  socket.onopen = () => self.onopen();
  socket.onmessage = (message: MessageEvent) => self.onmessage(new Uint8Array(message.data as ArrayBuffer));
  socket.onclose = (event: CloseEvent) => self.onclose(event.code, event.reason);
  return self;
}
