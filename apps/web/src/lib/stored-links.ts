import { useLocalStorage } from '@mantine/hooks';
import { z } from 'zod';

const storedLink = z.object({ href: z.string().startsWith('/'), label: z.string(), kind: z.string() });
const storedLinks = z.array(storedLink).max(50);
export type StoredLink = z.infer<typeof storedLink>;

export const RECENT_MAX = 12;

/** The newest first, each page once. */
export function remember(links: readonly StoredLink[], link: StoredLink): StoredLink[] {
  return [link, ...links.filter((other) => other.href !== link.href)].slice(0, RECENT_MAX);
}

/** Favourites or recent pages of this browser. They hold names and addresses only. */
export function useStoredLinks(which: 'favourites' | 'recent') {
  const [links, setLinks] = useLocalStorage<StoredLink[]>({
    key: `lockkeeper-${which}`,
    defaultValue: [],
    getInitialValueInEffect: false,
    deserialize: (text) => {
      try {
        const parsed = storedLinks.safeParse(JSON.parse(text ?? '[]'));
        return parsed.success ? parsed.data : [];
      } catch {
        return [];
      }
    },
  });
  return [links, setLinks] as const;
}

/** Whether this page is a favourite, and how to change that. */
export function useFavourite(link: StoredLink) {
  const [favourites, setFavourites] = useStoredLinks('favourites');
  const isFavourite = favourites.some(({ href }) => href === link.href);
  const toggle = () =>
    setFavourites((links) =>
      isFavourite ? links.filter(({ href }) => href !== link.href) : [...links, link].slice(-50),
    );
  return { isFavourite, toggle };
}
