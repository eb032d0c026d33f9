/**
 * Origins that are allowed, as ALLOWED_ORIGINS names them: each exactly, but for this machine's own,
 * of which `http://localhost:*` allows every port.
 */
export type AllowedOrigins = readonly string[];

/** Whether an origin, as URL has it, is one of them. */
export function isAllowedOrigin(origin: string, allowed: AllowedOrigins): boolean {
  return corsOrigins(allowed).some((each) =>
    typeof each === 'string' ? each === origin : each.test(origin),
  );
}

/** The same for @fastify/cors, which takes expressions. */
export function corsOrigins(allowed: AllowedOrigins): (string | RegExp)[] {
  return allowed.map((each) => {
    if (!each.endsWith(':*')) return each;
    const literal = each.slice(0, -':*'.length).replace(/[.[\]]/g, '\\$&');
    return new RegExp(`^${literal}(:\\d{1,5})?$`);
  });
}
