// What each page loads over the wire before it can be used, as the hub serves it (brotli) and as gzip.
//   npm run build && node bench/size.mjs [--parts]      with --parts: what the largest files are made of, by their source maps
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist');
/** Bytes; gzip. */
const LIMITS = { 'terminal, without the map': 250_000, 'console, with the map': 700_000 };

/** What a file names that the browser fetches with it: scripts, styles and preloads of a page, static imports of a script. */
function named(file) {
  const text = readFileSync(join(dist, file), 'utf8');
  if (file.endsWith('.html')) return [...text.matchAll(/(?:src|href)="\/?(assets\/[^"]+\.(?:js|css))"/g)].map((one) => one[1]);
  if (!file.endsWith('.js')) return [];
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)].map((one) => `assets/${one[1]}`);
}

/** What a script fetches only when it is wanted: other scripts with their styles, and workers. */
function wanted(file, pattern) {
  const text = readFileSync(join(dist, file), 'utf8');
  const found = [...text.matchAll(/["'`(]\.?\/?(?:assets\/)?([\w.-]+-[\w-]{8}\.(?:js|mjs|css|woff2))["'`)]/g)].map((one) => `assets/${one[1]}`);
  return found.filter((name) => pattern.test(name) && existsSync(join(dist, name)));
}

function closure(files) {
  const all = new Set();
  const add = (file) => {
    if (all.has(file)) return;
    all.add(file);
    for (const one of named(file)) add(one);
  };
  files.forEach(add);
  return [...all];
}

function sizes(files) {
  let [raw, gzip, brotli] = [0, 0, 0];
  for (const file of files) {
    const plain = readFileSync(join(dist, file));
    const packed = existsSync(join(dist, `${file}.br`)) ? readFileSync(join(dist, `${file}.br`)).length : plain.length;
    raw += plain.length;
    gzip += file.endsWith('.woff2') ? plain.length : gzipSync(plain, { level: 9 }).length;
    brotli += packed;
  }
  return { raw, gzip, brotli };
}

const entry = (name) => closure([`${name}.html`]);
const mapFile = entry('terminal').flatMap((file) => (file.endsWith('.js') ? wanted(file, /MapView.*\.(js|css)$/) : []));
/** The map with what it starts: its worker, and the fonts in which it writes. */
const map = closure(mapFile);
const withMap = (files) => {
  const all = new Set([...files, ...map]);
  // The letters beyond Latin-1 come with the first label that has one (src/map/fonts.ts).
  for (const file of [...all]) if (/MapView.*\.js$/.test(file)) for (const one of wanted(file, /(worker.*|noto-sans-latin-\d.*)\.(js|mjs|woff2)$/)) all.add(one);
  return [...all];
};
const feed = (files) => [...new Set([...files, ...files.filter((file) => file.endsWith('.js')).flatMap((file) => wanted(file, /^assets\/worker-.*\.js$/))])];

const pages = {
  start: entry('index'),
  'terminal, without the map': feed(entry('terminal').filter((file) => !map.includes(file) || closure(['terminal.html']).includes(file))),
  'terminal, with the map': withMap(feed(entry('terminal'))),
  'console, with the map': withMap(feed(entry('console'))),
  wall: withMap(feed(entry('wall'))),
};

console.log('| page | files | plain kB | gzip kB | brotli kB (as served) | limit, gzip kB | |');
console.log('|---|--:|--:|--:|--:|--:|---|');
const kb = (bytes) => (bytes / 1000).toFixed(0);
for (const [page, files] of Object.entries(pages)) {
  const { raw, gzip, brotli } = sizes(files);
  const limit = LIMITS[page];
  const verdict = limit === undefined ? '' : gzip < limit ? 'under' : `OVER by ${kb(gzip - limit)}`;
  console.log(`| ${page} | ${files.length} | ${kb(raw)} | ${kb(gzip)} | ${kb(brotli)} | ${limit === undefined ? '' : kb(limit)} | ${verdict} |`);
}

console.log('\n| largest files | gzip kB | in |\n|---|--:|---|');
const largest = [...new Set(Object.values(pages).flat())].map((file) => [file, sizes([file]).gzip]).sort((a, b) => b[1] - a[1]).slice(0, 10);
for (const [file, gzip] of largest) {
  const where = Object.entries(pages).filter(([, files]) => files.includes(file)).map(([page]) => page);
  console.log(`| ${file.replace('assets/', '').replace(/-[\w-]{8}\./, '.')} | ${kb(gzip)} | ${where.length === 5 ? 'all' : where.join('; ')} |`);
}

if (process.argv.includes('--parts')) for (const [file] of largest.filter(([name]) => /\.js$/.test(name)).slice(0, 5)) parts(file);

/** Characters of a file by the source they came from: a map of sources names each stretch of each line. */
function parts(file) {
  const path = join(dist, `${file}.map`);
  if (!existsSync(path)) return;
  const { sources, mappings } = JSON.parse(readFileSync(path, 'utf8'));
  const lines = readFileSync(join(dist, file), 'utf8').split('\n');
  const bySource = new Map();
  let source = 0;
  mappings.split(';').forEach((line, number) => {
    let column = 0;
    let before;
    for (const segment of line.split(',').filter(Boolean)) {
      const [step, move] = decode(segment);
      const end = column + step;
      if (before !== undefined) bySource.set(before, (bySource.get(before) ?? 0) + end - column);
      column = end;
      if (move !== undefined) source += move;
      before = move === undefined ? undefined : group(sources[source] ?? '?');
    }
    if (before !== undefined) bySource.set(before, (bySource.get(before) ?? 0) + Math.max(0, (lines[number]?.length ?? 0) - column));
  });
  console.log(`\n| of ${file.replace('assets/', '').replace(/-[\w-]{8}\./, '.')} | plain kB |\n|---|--:|`);
  for (const [name, size] of [...bySource].sort((a, b) => b[1] - a[1]).slice(0, 12)) console.log(`| ${name} | ${kb(size)} |`);
}

/** A package as one; of the program itself each file. */
function group(source) {
  const found = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source);
  return found ? found[1] : source.replace(/^(\.\.\/)+/, '');
}

/** The numbers of a segment, in base 64 with a sign and a continuation bit (VLQ). */
function decode(segment) {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const numbers = [];
  let [value, shift] = [0, 0];
  for (const letter of segment) {
    const digit = digits.indexOf(letter);
    value |= (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}
