/**
 * With which Node runs the programs as users have them. Requests leave little behind: a young generation of at most 16 MB
 * keeps an instance under load 70 to 90 MB smaller at the same speed. What outlives it by a moment, such as a refresh that
 * waits for its provider, is collected before it has doubled the heap, which saves 110 MB more when thousands of tokens are
 * due (`bench/RESULTS.md`, P1 and P7).
 */
export const nodeOptions = [
  '--max-semi-space-size=16',
  '--initial-heap-size=80',
  '--heap-growing-percent=30',
];
