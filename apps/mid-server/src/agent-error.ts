/** Something a person at the agent's host can mend: the message is one line that says what to do. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
}
