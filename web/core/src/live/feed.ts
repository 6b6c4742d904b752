// The thread that owns the session's socket. Nothing but wiring; the life of it is in feedCore.ts.
import { Feed, SNAPSHOT_MS, type FeedNews, type FeedOrder, type RawSocket } from './feedCore.ts';

interface WorkerScope {
  onmessage: ((event: MessageEvent<FeedOrder>) => void) | null;
  postMessage(news: FeedNews, handOver: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;
const feed = new Feed({
  connect: (url, protocols) => new WebSocket(url, protocols) as unknown as RawSocket,
  post: (news, handOver) => scope.postMessage(news, handOver),
  now: () => performance.now(),
});

scope.onmessage = ({ data }) => feed.order(data);
setInterval(() => feed.tick(), SNAPSHOT_MS);
