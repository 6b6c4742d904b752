import { resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');
export const SAMBAND = process.env.SAMBAND_BIN ? resolve(process.env.SAMBAND_BIN) : resolve(ROOT, 'target/debug/samband');
export const GATEWAY = resolve(SAMBAND, '../samband-gateway');
export const DIST = resolve(ROOT, 'web/dist/console.html');
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const DEPLOYMENT = resolve(ROOT, 'examples/jamtland');
/** Where a picture of each screen is kept for eyes; those that a document shows stand beside it, and are renewed there. */
export const PICTURES = resolve(ROOT, 'target/pictures');
export const SHOWN_PICTURES = resolve(ROOT, 'docs/pictures');
