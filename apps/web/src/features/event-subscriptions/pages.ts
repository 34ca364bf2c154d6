// One chunk for the pages of this feature: the names of five would cost the first load more than their parts save.
export { EventDeliveryListPage } from './event-delivery-list-page.tsx';
export { EventDeliveryPage } from './event-delivery-page.tsx';
export { EventSubscriptionListPage } from './event-subscription-list-page.tsx';
export { EventSubscriptionPage } from './event-subscription-page.tsx';
export { NewEventSubscriptionPage } from './new-event-subscription-page.tsx';
