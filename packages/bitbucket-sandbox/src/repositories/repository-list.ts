import { parseQuery, parseSort, type QueryFields } from '../rest/query-language.ts';
import type { Workspace } from '../workspaces/workspace.ts';
import type { Repository } from './repository.ts';

const fields: QueryFields<Repository> = {
  name: (repository) => repository.name,
  slug: (repository) => repository.slug,
  full_name: (repository) => repository.fullName,
  uuid: (repository) => repository.uuid,
  description: (repository) => repository.description,
  language: (repository) => repository.language,
  is_private: (repository) => repository.isPrivate,
  size: (repository) => repository.size,
  created_on: (repository) => repository.createdOn,
  updated_on: (repository) => repository.updatedOn,
  'project.key': (repository) => repository.project.key,
  'project.name': (repository) => repository.project.name,
  'project.uuid': (repository) => repository.project.uuid,
  'mainbranch.name': (repository) => repository.mainBranch,
  'parent.full_name': (repository) => repository.parent?.fullName ?? null,
};

export type ListRepositories = (
  workspace: Workspace,
  q: string | undefined,
  sort: string | undefined,
) => readonly Repository[];

/** Keeps each order it was asked for: a walk over all pages of 10,000 repositories sorts once. */
export function createRepositoryList(): ListRepositories {
  const orders = new WeakMap<Workspace, Map<string, readonly Repository[]>>();
  const sorted = (workspace: Workspace, sort: string): readonly Repository[] => {
    const known = orders.get(workspace) ?? new Map<string, readonly Repository[]>();
    orders.set(workspace, known);
    const list = known.get(sort) ?? workspace.repositories().toSorted(parseSort(sort, fields));
    known.set(sort, list);
    return list;
  };
  return (workspace, q, sort) => {
    const list = sort === undefined ? workspace.repositories() : sorted(workspace, sort);
    return q === undefined ? list : list.filter(parseQuery(q, fields));
  };
}
