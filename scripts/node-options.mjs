/**
 * With which Node runs the programs as users have them. Requests leave little behind, and a young generation of 8 MB
 * instead of 16 keeps an instance under load 80 MB smaller at the same speed (`bench/RESULTS.md`, P1).
 */
export const nodeOptions = ['--max-semi-space-size=8'];
