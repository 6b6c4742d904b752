// Generates the contract's types. `node tools/gen.mjs` writes them; with --check it says whether those committed are the same.
// The descriptors come from the hub's own build (no protoc, no buf): one compiler for both sides.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { CodeGeneratorRequestSchema, CodeGeneratorResponseSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(web, 'core/src/gen');
const check = process.argv.includes('--check');
const given = process.argv.find((word) => word.endsWith('.bin'));
const cargo = process.env.CARGO ?? 'cargo';
const descriptors = given
  ? readFileSync(given)
  : execFileSync(cargo, ['run', '-q', '--locked', '-p', 'samband-proto', '--example', 'descriptors'], { cwd: join(web, '..'), maxBuffer: 1 << 26 });

const protoFile = fromBinary(FileDescriptorSetSchema, descriptors).file;
const request = create(CodeGeneratorRequestSchema, {
  fileToGenerate: protoFile.map((file) => file.name).filter((name) => name.startsWith('samband/')),
  parameter: 'target=ts,import_extension=ts',
  protoFile,
});
const plugin = join(web, 'node_modules/.bin/protoc-gen-es');
const answer = execFileSync(plugin, [], { input: toBinary(CodeGeneratorRequestSchema, request), maxBuffer: 1 << 26 });
const response = fromBinary(CodeGeneratorResponseSchema, answer);
if (response.error) throw new Error(response.error);

const different = [];
for (const file of response.file) {
  const content = file.content;
  const path = join(out, file.name.replace('samband/v1/', ''));
  if (existsSync(path) && readFileSync(path, 'utf8') === content) continue;
  different.push(path);
  if (check) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
if (check && different.length > 0) {
  console.error(`the contract has changed, these are older: ${different.join(', ')}\nrun: npm --prefix web run gen`);
  process.exit(1);
}
console.log(check ? 'the generated types are those of the contract' : `${response.file.length} files, ${different.length} written`);
