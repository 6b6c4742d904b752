// After the build: lists what the service worker keeps, and lays a compressed copy beside each file that gains by it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist');
const files = readdirSync(dist, { recursive: true }).map((name) => join(dist, name)).filter((path) => statSync(path).isFile() && !/\.(br|gz)$/.test(path));

const PAGES = { 'index.html': '/', 'console.html': '/console', 'terminal.html': '/terminal', 'wall.html': '/wall' };
// The basemap is kept elsewhere (the Cache API cannot hold ranges); maps of the sources are for people with a debugger.
const kept = files
  .map((path) => relative(dist, path))
  .filter((name) => !/\.(map|pmtiles|md)$/.test(name) && name !== 'sw.js')
  .sort();
const hash = createHash('sha256');
for (const name of kept) hash.update(name).update(readFileSync(join(dist, name)));
const addresses = kept.map((name) => PAGES[name] ?? `/${name}`);
const worker = join(dist, 'sw.js');
writeFileSync(
  worker,
  readFileSync(worker, 'utf8').replace('__VERSION__', `samband-${hash.digest('hex').slice(0, 16)}`).replace('__FILES__', JSON.stringify(addresses)),
);

for (const path of files) {
  if (!/\.(js|mjs|css|html|svg|json|webmanifest)$/.test(path)) continue;
  const plain = readFileSync(path);
  const compressed = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  if (compressed.length >= plain.length * 0.9) continue;
  writeFileSync(`${path}.br`, compressed);
  // Browsers take the better one over TLS and from this machine only.
  writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
}
console.log(`${kept.length} files are kept offline`);
