// A client of node-tak, driven by lines of JSON: {"xml": EVENT} sends, what comes is printed.
import fs from 'node:fs';
import readline from 'node:readline';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [folder, url, certificate, key] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const load = async (name) => await import(pathToFileURL(require.resolve(name)).href);
const { default: TAK, CoT } = await load('@tak-ps/node-tak');

const auth = { cert: fs.readFileSync(certificate, 'utf8'), key: fs.readFileSync(key, 'utf8') };
const tak = await TAK.connect('interop', new URL(url), auth);
const print = (line) => console.log(JSON.stringify(line));
tak.on('secureConnect', () => print({ up: true }))
    .on('ping', () => print({ pong: true, version: tak.version }))
    .on('cot', (cot) => print({ event: cot.raw.event }))
    .on('error', (error) => print({ error: error.message }))
    .on('end', () => print({ ended: true }));
readline.createInterface({ input: process.stdin }).on('line', (line) => tak.write([new CoT(JSON.parse(line).xml)]))
    .on('close', () => { tak.destroy(); process.exit(0); });
