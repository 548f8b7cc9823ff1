package securemqtt.responder.check;

/** A behavior that agrees on keys as the service does, so that refused requests can be diagnosed. */
interface KnowingBehavior extends Behavior {
    /** The sessions that it has. */
    GoodResponder knowledge();
}
