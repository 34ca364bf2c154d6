/** Tables of hub/tokens; see the migrations for the reasons of columns and indexes. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by the feature
export interface TokensTables {}
