/**
 * With which Node runs the programs as users have them. Requests leave little behind, and a young generation of at most
 * 16 MB keeps an instance under load 70 to 90 MB smaller at the same speed (`bench/RESULTS.md`, P1).
 */
export const nodeOptions = ['--max-semi-space-size=16', '--initial-heap-size=80', '--heap-growing-percent=30'];
