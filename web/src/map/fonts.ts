// Fonts of the map's labels. The style names no glyph server: MapLibre then draws each text-font name as a font of the page.
import italic from '@fontsource/noto-sans/files/noto-sans-latin-400-italic.woff2?url';
import regular from '@fontsource/noto-sans/files/noto-sans-latin-400-normal.woff2?url';
import regularExt from '@fontsource/noto-sans/files/noto-sans-latin-ext-400-normal.woff2?url';
import medium from '@fontsource/noto-sans/files/noto-sans-latin-600-normal.woff2?url';
import mediumExt from '@fontsource/noto-sans/files/noto-sans-latin-ext-600-normal.woff2?url';

export const FONT_REGULAR = 'Noto Sans Regular';
export const FONT_MEDIUM = 'Noto Sans Medium';
export const FONT_ITALIC = 'Noto Sans Italic';

const LATIN = 'U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212';
// Names in the Sámi languages need it.
const LATIN_EXT = 'U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+1E00-1E9F, U+1EF2-1EFF, U+2020, U+20A0-20AB, U+2C60-2C7F';

let loading: Promise<void> | undefined;
const late: FontFace[] = [];

/** Once a page, before the first map: a label drawn before its font has come keeps the wrong one. */
export function loadFonts(): Promise<void> {
  loading ??= load();
  return loading;
}

/** Calls back when letters came that were fetched only because a label needed them: it was drawn with another font until then. */
export function onLateFont(tell: () => void): () => void {
  const hear = ({ fontfaces }: FontFaceSetLoadEvent) => {
    if (fontfaces.some((face) => late.includes(face))) tell();
  };
  document.fonts.addEventListener('loadingdone', hear);
  return () => document.fonts.removeEventListener('loadingdone', hear);
}

async function load(): Promise<void> {
  const faces = [[FONT_REGULAR, regular], [FONT_MEDIUM, medium], [FONT_ITALIC, italic]] as const;
  // A hundred kilobytes that most maps never draw a letter of: the browser fetches them with the first one.
  for (const [name, url] of [[FONT_REGULAR, regularExt], [FONT_MEDIUM, mediumExt]] as const) {
    const face = new FontFace(name, `url(${url})`, { unicodeRange: LATIN_EXT });
    document.fonts.add(face);
    late.push(face);
  }
  await Promise.all(
    faces.map(async ([name, url]) => {
      const face = new FontFace(name, `url(${url})`, { unicodeRange: LATIN });
      document.fonts.add(face);
      // A font that cannot be had is no reason to have no map: the system's font is drawn instead.
      await face.load().catch((fault: unknown) => console.warn('samband: a font of the map is missing', fault));
    }),
  );
}
