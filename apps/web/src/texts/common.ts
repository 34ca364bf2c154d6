/** Words that more than one page uses. Labels of other products are spelled as they spell them. */
export const common = {
  product: 'Lockkeeper',
  new: 'New',
  save: 'Save',
  submit: 'Submit',
  cancel: 'Cancel',
  close: 'Close',
  delete: 'Delete…',
  remove: 'Remove',
  addRow: 'Add',
  retry: 'Try again',
  back: 'Back',
  copy: 'Copy',
  copied: 'Copied',
  replace: 'Replace',
  export: 'Export',
  exportCsv: 'CSV of the rows listed',
  exportJson: 'JSON of the rows listed',
  loading: 'Loading',
  none: '—',
  yes: 'Yes',
  no: 'No',
  allMidServers: 'All MID Servers',
  specificMidServers: 'Specific MID Servers',
  grantTypes: {
    authorization_code: 'Authorization Code',
    client_credentials: 'Client Credentials',
    'urn:ietf:params:oauth:grant-type:jwt-bearer': 'JWT Bearer',
  },
  active: 'Active',
  inactive: 'Inactive',
  providerDecides: 'As the provider decides',
  asTicked: 'As ticked on the consumer',
  opensInNewTab: 'opens in a new tab',
} as const;

/** "1 field needs a change", "Two fields need a change". */
export function fieldsNeedAChange(count: number): string {
  const words = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'];
  return count === 1 ? 'One field needs a change.' : `${words[count] ?? count} fields need a change.`;
}
