/**
 * Registries on the plain Redirect URL share one callback. With several authorization servers behind it, one of them
 * could be made to answer in the name of another (a mix-up); so all active ones must have the same origin.
 *
 * @returns why this registry cannot be plain, as the end of a sentence
 * @see RFC 9700 §4.4
 */
export function plainRefusal(
  registry: { authorizationUrl: string | null },
  others: readonly { name: string; authorizationUrl: string }[],
): string | undefined {
  // Nobody comes back to one that sends nobody away.
  if (registry.authorizationUrl === null) return undefined;
  const origin = new URL(registry.authorizationUrl).origin;
  const other = others.find(({ authorizationUrl }) => new URL(authorizationUrl).origin !== origin);
  if (other === undefined) return undefined;
  return `must be Distinct: the plain Redirect URL belongs to ${new URL(other.authorizationUrl).host} (${other.name}), and two providers behind one address could be mixed up`;
}
