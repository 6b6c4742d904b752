import { existsSync } from 'node:fs';
import { CHROMIUM, DIST, SAMBAND } from './places.ts';

/** Says what is missing before the first test does so in a less friendly way. */
export default function ready(): void {
  const needed: [string, string][] = [
    [SAMBAND, 'cargo build -p samband-hub -p samband-gateway'],
    [DIST, 'npm --prefix web run build'],
    [CHROMIUM, 'apt-get install chromium'],
  ];
  for (const [path, how] of needed) if (!existsSync(path)) throw new Error(`${path} is missing: ${how}`);
}
