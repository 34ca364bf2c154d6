export function CredentialListPage() {
  return null;
}
