/** Who this is: as the token says until the hub has said it. */
export interface Identity {
  organisation: string;
  role: string;
  unitId?: string | undefined;
  person?: string | undefined;
  tokenExpiresAt: number;
}

/** Who a token is for, as it says itself; the hub decides whether it is true. */
export function identityOf(token: string): Identity | undefined {
  if (token.startsWith('demo:')) {
    const [named = '', person] = token.slice(5).split('#');
    const [organisation = '', rest = ''] = named.split('/');
    const [role = '', unitId] = rest.split(':');
    return organisation && role ? { organisation, role, unitId, person, tokenExpiresAt: 0 } : undefined;
  }
  const content = token.split('.')[1];
  if (!token.startsWith('smb1.') || content === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(content.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
    const { org, role, unit, sub, exp } = JSON.parse(new TextDecoder().decode(bytes)) as {
      org?: string; role?: string; unit?: string; sub?: string; exp?: number;
    };
    if (!org || !role) return undefined;
    return { organisation: org, role, unitId: unit, person: sub, tokenExpiresAt: (exp ?? 0) * 1000 };
  } catch {
    return undefined;
  }
}

/** Whose token it is, without the parts that change when it is renewed: a demo token whole, of a signed one what it says of whom. */
export function principalOf(token: string): string {
  const content = token.split('.')[1];
  if (!token.startsWith('smb1.') || content === undefined) return token;
  try {
    const text = atob(content.replaceAll('-', '+').replaceAll('_', '/'));
    const { org, role, unit, sub } = JSON.parse(text) as Record<string, string | undefined>;
    return [org, role, unit, sub].map((part) => part ?? '').join('/');
  } catch {
    return token;
  }
}
