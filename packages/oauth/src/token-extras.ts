/** What a profile adds to each token request. */
export interface TokenExtras {
  /** Names and values; none is one of the protocol's own. */
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  /** For which resources the token is to be good. @see RFC 8707 §2 */
  readonly resources: readonly string[];
}

export const noExtras: TokenExtras = { parameters: [], resources: [] };

/** As they are sent; `resource` may occur several times. */
export function extraParameters({ parameters, resources }: TokenExtras): string[][] {
  return [
    ...parameters.map(({ name, value }) => [name, value]),
    ...resources.map((resource) => ['resource', resource]),
  ];
}
