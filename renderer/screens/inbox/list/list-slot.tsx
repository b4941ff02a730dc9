import { ActivityStrip } from './activity-strip.tsx'
import { Banner, useWorstNews } from './banner.tsx'

/** One slot of one height: the activity, or the worst news in its place. The rows below never move for it. */
export function ListSlot() {
  const news = useWorstNews()
  return news === null ? <ActivityStrip /> : <Banner news={news} />
}
