/** The product's mark. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <rect width="24" height="24" rx="5" fill="#136699" />
      <path d="M6 6.5h4.5L15 12l-4.5 5.5H6z" fill="#fff" />
      <path d="M12.8 6.5H18v11h-5.2L17.2 12z" fill="#82b8da" />
    </svg>
  );
}
