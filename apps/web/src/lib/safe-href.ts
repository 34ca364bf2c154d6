/** An absolute http(s) URL that may become a link; undefined for `javascript:`, `data:` and everything else (WB-04). */
export function safeHref(url: string | null | undefined): string | undefined {
  if (!url || !URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}
