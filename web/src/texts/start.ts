import type { Words } from './words.ts';

export const sv = {
  title: 'Samband',
  lead: 'Ett larm, alla organisationer, en bild.',
  seats: 'Välj en plats',
  seatsLead: 'Öppna två platser bredvid varandra: samma händelse, olika uppgifter.',
  more: 'Fler platser',
  open: 'Öppna',
  scenario: {
    running: (title: string) => `Nu spelas: ${title}`,
    startsIn: (seconds: number, title: string) => `Om ${seconds} s: ${title}`,
    over: 'Scenariot är spelat. Allt finns kvar.',
  },
  login: 'Logga in',
  token: 'Behörighet (token)',
  tokenHelp: 'Klistra in den text du fått av din organisation. Den börjar med smb1.',
  page: 'Öppna som',
  pages: { console: 'Larmbord', terminal: 'Fordonsterminal', wall: 'Kartvägg' },
  go: 'Logga in',
  why: {
    token_expired: 'Behörigheten har gått ut. Be om en ny och logga in igen. Det som inte är sänt ligger kvar.',
    unauthenticated: 'Behörigheten gäller inte här. Den är felskriven, återkallad eller utfärdad för ett annat nav.',
    signed_out: 'Du är utloggad.',
    none: 'Ingen behörighet finns på den här enheten.',
  } as Record<string, string>,
  hubGone: 'Navet svarar inte.',
  noConsoles: 'Sidan nås, men navet svarar inte på frågan vilka platser som finns.',
};

export const en: Words<typeof sv> = {
  title: 'Samband',
  lead: 'One alarm, every organisation, one picture.',
  seats: 'Choose a seat',
  seatsLead: 'Open two seats side by side: the same incident, different fields.',
  more: 'More seats',
  open: 'Open',
  scenario: {
    running: (title) => `Playing: ${title}`,
    startsIn: (seconds, title) => `In ${seconds} s: ${title}`,
    over: 'The scenario has been played. Everything is still here.',
  },
  login: 'Sign in',
  token: 'Token',
  tokenHelp: 'Paste the text your organisation gave you. It begins with smb1.',
  page: 'Open as',
  pages: { console: 'Dispatch console', terminal: 'Vehicle terminal', wall: 'Map wall' },
  go: 'Sign in',
  why: {
    token_expired: 'The token has expired. Ask for a new one and sign in again. What is not sent is still here.',
    unauthenticated: 'The token is not valid here. It is mistyped, revoked, or issued for another hub.',
    signed_out: 'You have signed out.',
    none: 'There is no token on this device.',
  },
  hubGone: 'The hub does not answer.',
  noConsoles: 'The page is reached, but the hub does not say which seats there are.',
};
