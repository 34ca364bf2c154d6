import type { Repository } from '../repositories/repository.ts';
import type { Project } from '../workspaces/project.ts';
import { createRandom, type Random } from './random.ts';
import { domains, kinds, languages } from './words.ts';

const DAY = 86_400_000;

type Special = Partial<
  Pick<Repository, 'description' | 'isPrivate' | 'mainBranch' | 'commitCount' | 'branchCount'>
> & {
  slug: string;
  name: string;
  forkOfFirst?: boolean;
  daysAgo?: number;
};

/** Each one is something that has broken a client somewhere. They come first in every workspace. */
const specials: readonly Special[] = [
  { slug: 'platform-api', name: 'platform-api', commitCount: 240, branchCount: 32, daysAgo: 0.1 },
  {
    slug: 'empty-start',
    name: 'empty-start',
    description: 'Created, never pushed to',
    mainBranch: null,
    commitCount: 0,
    branchCount: 0,
  },
  {
    slug: 'gro-enwahn-resume',
    name: 'Größenwahn – résumé 日本語 🚀',
    description: 'Ünïcödé description: “quotes”, right-to-left שלום, an emoji 🧪 and a tab\there',
  },
  {
    slug: 'b-bold-quoted-b',
    name: '<b>bold & "quoted"</b>',
    description: '<script>alert("canary-xss")</script><img src=x onerror=alert(1)>',
  },
  { slug: 'platform-api-fork', name: 'platform-api-fork', forkOfFirst: true, branchCount: 2 },
  {
    slug: 'zz-archived-legacy-billing',
    name: 'ZZ (archived) legacy billing',
    description: 'ARCHIVED 2019. Do not use.',
    daysAgo: 1900,
  },
  { slug: 'public-site', name: 'public-site', isPrivate: false },
  { slug: 'jquery.ui_fork-2', name: 'jquery.ui_fork-2', description: '' },
];

export interface RepositorySource {
  readonly seed: string;
  readonly now: Date;
  readonly workspaceSlug: string;
  readonly count: number;
  /** Where repositories may go: never the workspace's empty project. */
  readonly projects: readonly [Project, ...Project[]];
}

export function generateRepositories(source: RepositorySource): Repository[] {
  const list: Repository[] = [];
  for (let index = 0; index < source.count; index += 1) list.push(generateRepository(source, index, list[0]));
  return list;
}

function generateRepository(
  source: RepositorySource,
  index: number,
  first: Repository | undefined,
): Repository {
  const random = createRandom(`${source.seed}/${source.workspaceSlug}/repository/${index}`);
  const special = specials[index];
  const slug = special?.slug ?? ordinarySlug(random, index);
  const age = special?.daysAgo ?? random.next() ** 2 * 700;
  const createdOn = new Date(source.now.getTime() - (2400 - (index / source.count) * 400) * DAY);
  return {
    uuid: random.uuid(),
    slug,
    name: special?.name ?? slug,
    fullName: `${source.workspaceSlug}/${slug}`,
    description: special?.description ?? (random.next() < 0.3 ? '' : `The ${slug.replaceAll('-', ' ')}`),
    isPrivate: special === undefined ? random.next() < 0.9 : (special.isPrivate ?? true),
    language: random.pick(languages),
    project: random.pick(source.projects),
    createdOn,
    updatedOn: new Date(Math.round(source.now.getTime() - age * DAY)),
    size: 20_000 + random.below(40_000_000),
    mainBranch:
      special?.mainBranch === undefined ? random.pick(['main', 'main', 'master']) : special.mainBranch,
    commitCount: special?.commitCount ?? 5 + random.below(60),
    branchCount: special?.branchCount ?? 1 + random.below(8),
    parent: special?.forkOfFirst ? first : undefined,
  };
}

function ordinarySlug(random: Random, index: number): string {
  return `${random.pick(domains)}-${random.pick(kinds)}-${String(index).padStart(3, '0')}`;
}
