import { CardSkeleton, Line, Unhurried } from './Waiting'

/** While a screen's own script is on its way. */
export function PageSkeleton() {
  return (
    <main className="page" aria-busy>
      <Unhurried>
        <div className="page-head">
          <div className="grow">
            <Line width={180} height={28} />
            <Line width={260} />
          </div>
        </div>
        <div className="stack wide">
          <CardSkeleton lines={4} />
          <CardSkeleton lines={8} />
        </div>
      </Unhurried>
    </main>
  )
}
