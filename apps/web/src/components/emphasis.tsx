/** A sentence in which the instance marked labels with two asterisks: "Tick **Webhooks: Read and write**." */
export function Emphasis({ text }: { text: string }) {
  const [plain, marked, ...rest] = text.split('**');
  return (
    <>
      {plain}
      {marked !== undefined && <strong>{marked}</strong>}
      {rest.length > 0 && <Emphasis text={rest.join('**')} />}
    </>
  );
}
