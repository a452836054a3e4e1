package io.quorate.simulation;

import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Network;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Links between simulated nodes. Frames on them are encoded bytes, and may be delayed, lost,
/// repeated, overtaken and damaged; ways may be cut in either direction.
final class SimulatedNetwork {
  private static final long MICROSECOND = 1_000;
  private static final long MILLISECOND = 1_000_000;
  private static final long REDIAL = 20 * MILLISECOND;

  /// What may happen to frames, as probabilities and times.
  ///
  /// @param delay nanoseconds that a frame mostly takes
  /// @param lateBy how much later a repeated frame may come once more
  record Conditions(long delay, double loss, double duplication, long lateBy, double corruption) {
    static final Conditions CALM = new Conditions(100 * MICROSECOND, 0, 0, 0, 0);
  }

  /// A node as the network sees it.
  interface Host {
    long id();

    boolean isUp();

    /// The true time at which what the node does now happens: later than the world's while a flush
    /// takes place within its turn.
    long trueTime();

    /// Lets something happen at the node, unless it goes down before; then a turn follows.
    void deliver(long delay, Consumer<Network.Owner> event);
  }

  /// Sees every frame when it is put on the network.
  interface Tap {
    void sent(long from, long to, Bytes frame);
  }

  private static final class Link {
    final Host from;
    final Host to;
    boolean up;
    long dialed;

    /// How often the node that dials has gone down.
    int ended;

    Link(Host from, Host to) {
      this.from = from;
      this.to = to;
    }
  }

  /// The way from one node to another.
  private static final class Way {
    final Lasting<Boolean> cut = new Lasting<>(false);

    /// By how many nanoseconds it is slower.
    final Lasting<Long> slow = new Lasting<>(0L);
  }

  private final Timeline timeline;
  private final Draw draw;
  private final Tap tap;
  private final Map<Long, Host> hosts = new TreeMap<>();
  private final Map<Long, Map<Long, Link>> links = new TreeMap<>();
  private final Map<Long, Map<Long, Way>> ways = new TreeMap<>();
  private final Lasting<Conditions> conditions = new Lasting<>(Conditions.CALM);
  private final Counts counts = new Counts();

  /// How often all was healed.
  private int healings;

  /// What has happened to frames so far.
  static final class Counts {
    long sent;
    long delivered;
    long lost;
    long repeated;
    long damaged;
  }

  SimulatedNetwork(Timeline timeline, Draw draw, Tap tap) {
    this.timeline = timeline;
    this.draw = draw;
    this.tap = tap;
  }

  Counts counts() {
    return counts;
  }

  /// @return ends these conditions
  Runnable begin(Conditions now) {
    return conditions.begin(now);
  }

  /// A node has come up: it dials all others, and they dial it when they try next.
  void up(Host host) {
    hosts.put(host.id(), host);
    for (var other : hosts.values()) {
      if (other.id() != host.id()) {
        redial(host, other, 0);
        redial(other, host, REDIAL);
      }
    }
  }

  /// A node has gone down: its links break, in both directions.
  void down(Host host) {
    for (var other : hosts.values()) {
      if (other.id() != host.id()) {
        link(host, other).ended++;
        breakLink(host, other);
        if (breakLink(other, host)) {
          noticed(other, host);
        }
      }
    }
  }

  private Link link(Host from, Host to) {
    return links
        .computeIfAbsent(from.id(), id -> new TreeMap<>())
        .computeIfAbsent(to.id(), id -> new Link(from, to));
  }

  private boolean breakLink(Host from, Host to) {
    var link = link(from, to);
    boolean was = link.up;
    link.up = false;
    return was;
  }

  private void noticed(Host who, Host gone) {
    if (!isCut(gone.id(), who.id())) {
      who.deliver(latency(gone, who), owner -> owner.broken(gone.id()));
    }
    redial(who, gone, REDIAL);
  }

  private Way way(long from, long to) {
    return ways.computeIfAbsent(from, id -> new TreeMap<>()).computeIfAbsent(to, id -> new Way());
  }

  /// Cuts the way from one node to another; the way back stays as it is.
  ///
  /// @return ends this cut
  Runnable cut(long from, long to) {
    return way(from, to).cut.begin(true);
  }

  /// Ends all cuts of the way from one node to another.
  void mend(long from, long to) {
    way(from, to).cut.endAll();
  }

  /// Makes the way from one node to another slower by so much.
  ///
  /// @return ends that
  Runnable slow(long from, long to, long by) {
    return way(from, to).slow.begin(by);
  }

  /// All is well from now on: repeated frames that are still on their way are lost, for they may be
  /// later than any frame can be then.
  void heal() {
    healings++;
    ways.clear();
    conditions.endAll();
  }

  boolean isCut(long from, long to) {
    return way(from, to).cut.now();
  }

  private long latency(Host from, Host to) {
    return draw.delay(conditions.now().delay) + way(from.id(), to.id()).slow.now();
  }

  // Greetings

  private void redial(Host from, Host to, long wait) {
    var link = link(from, to);
    long attempt = ++link.dialed;
    timeline.in(
        wait + draw.below(MILLISECOND),
        () -> {
          if (link.dialed == attempt && !link.up && from.isUp()) {
            dial(link);
          }
        });
  }

  private void dial(Link link) {
    var from = link.from;
    var to = link.to;
    if (isCut(from.id(), to.id()) || isCut(to.id(), from.id())) {
      redial(from, to, 10 * REDIAL); // no answer at all
    } else if (!to.isUp()) {
      from.deliver(2 * latency(from, to), owner -> owner.refused(to.id()));
      redial(from, to, REDIAL);
    } else {
      from.deliver(
          latency(from, to),
          owner -> {
            var hello = owner.hello(to.id());
            int life = link.ended;
            to.deliver(latency(from, to), asked -> asked.greeted(hello, new Greeting(link, life)));
          });
      redial(from, to, 10 * REDIAL); // in case the greeting gets lost
    }
  }

  private final class Greeting implements Network.Greeting {
    private final Link link;
    private final long attempt;

    /// An answer is for the life that asked: the greeting may arrive when that has ended, and the
    /// node lives again, with another disk even.
    private final int life;

    Greeting(Link link, int life) {
      this.link = link;
      this.attempt = link.dialed;
      this.life = life;
    }

    @Override
    public void accept(long from, Bytes answer) {
      answer(answer);
    }

    @Override
    public void refuse(Bytes answer) {
      answer(answer);
    }

    private void answer(Bytes answer) {
      if (isCut(link.to.id(), link.from.id()) || link.dialed != attempt || link.ended != life) {
        return;
      }
      link.from.deliver(
          latency(link.to, link.from),
          owner -> {
            if (link.dialed == attempt && link.to.isUp()) {
              link.up = owner.answered(link.to.id(), answer);
            }
          });
    }
  }

  // Frames

  Network portOf(Host host) {
    return new Network() {
      @Override
      public void send(long node, Bytes frame) {
        var to = hosts.get(node);
        if (to != null) {
          SimulatedNetwork.this.send(host, to, Bytes.of(frame.toArray()));
        }
      }

      @Override
      public long roundTrip(long node) {
        return 2 * conditions.now().delay
            + way(host.id(), node).slow.now()
            + way(node, host.id()).slow.now();
      }

      @Override
      public void drop(long node) {
        var from = hosts.get(node);
        if (from != null && breakLink(from, host)) {
          noticed(from, host);
        }
      }
    };
  }

  private void send(Host from, Host to, Bytes frame) {
    tap.sent(from.id(), to.id(), frame);
    counts.sent++;
    if (!link(from, to).up) {
      counts.lost++;
      return;
    }
    long leaves = Math.max(0, from.trueTime() - timeline.now());
    carry(from, to, frame, leaves, () -> false);
    var now = conditions.now();
    if (draw.chance(now.duplication)) {
      counts.repeated++;
      int then = healings;
      carry(from, to, frame, leaves + draw.below(now.lateBy + 1), () -> healings > then);
    }
  }

  /// @param isLost whether it is lost on its way
  private void carry(Host from, Host to, Bytes frame, long later, BooleanSupplier isLost) {
    if (isCut(from.id(), to.id()) || draw.chance(conditions.now().loss)) {
      counts.lost++;
      return;
    }
    var carried = draw.chance(conditions.now().corruption) ? damaged(frame) : frame;
    to.deliver(
        later + latency(from, to),
        owner -> {
          if (isCut(from.id(), to.id()) || isLost.getAsBoolean()) {
            counts.lost++;
            return;
          }
          counts.delivered++;
          owner.received(from.id(), carried);
        });
  }

  private Bytes damaged(Bytes frame) {
    counts.damaged++;
    var bytes = Arrays.copyOf(frame.toArray(), frame.length());
    if (bytes.length > 0) {
      bytes[draw.below(bytes.length)] ^= (byte) (1 << draw.below(8));
    }
    return Bytes.of(bytes);
  }

  /// The host of a node, if it was ever up.
  @Nullable Host host(long id) {
    return hosts.get(id);
  }
}
