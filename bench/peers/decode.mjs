// Decodes the same events as `samband-bench decode`, with node-cot.
//   npm install @tak-ps/node-cot   (somewhere; then) node bench/peers/decode.mjs FOLDER-OF-node_modules
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(`${process.argv[2] ?? '.'}/x.js`);
const { default: CoT } = await import(pathToFileURL(require.resolve('@tak-ps/node-cot')).href);
const corpus = new URL('../../gateway/fuzz/corpus/', import.meta.url);
// What node-cot refuses (unknown error as NaN) is left out of its copy.
const xml = readFileSync(new URL('cot/00-full', corpus), 'utf8').replace('ce="NaN"', 'ce="9999999.0"');

async function rate(name, work, seconds = 2) {
  let count = 0;
  const began = performance.now();
  while (performance.now() - began < seconds * 1000) {
    for (let at = 0; at < 100; at += 1) await work();
    count += 100;
  }
  console.log(`| ${name} | ${Math.round(count / ((performance.now() - began) / 1000))} |`);
}

console.log('| peer | messages/s |\n|---|--:|');
await rate('node-cot, XML', () => new CoT(xml));
const frame = await new CoT(xml).to_proto();
await rate('node-cot, protobuf', () => CoT.from_proto(frame));
