package io.quorate.node.lease;

import io.quorate.consensus.Self;
import io.quorate.node.Call;
import io.quorate.node.Group;
import io.quorate.node.LeaseState;
import io.quorate.node.Node;
import io.quorate.node.Unanswered;
import io.quorate.store.Command;
import io.quorate.store.Expiry;
import io.quorate.store.KvStore;
import io.quorate.store.Lessorship;
import io.quorate.store.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One lessorship of this node: until when each lease lives, counted from when the lessorship took
/// effect here, from the lease's grant or from its last renewal.
///
/// A renewal is answered after a barrier that began when it had come, so the lessor was not yet
/// replaced at a moment after the client had sent it, and whoever replaces it counts from later. A
/// lease whose expiry is proposed is renewed no more: who asks waits for its fate (L7).
final class Tenure {
  private static final long NANOS = 1_000_000_000;

  /// Leases that one command expires at most, and how many such commands may be under way.
  private static final int TOGETHER = 500;

  private static final int UNDER_WAY = 4;

  /// How long the lessor sleeps at most while there are leases: nanoseconds. No TTL is as short, so
  /// one timer is enough for all of them.
  private static final long LONGEST_SLEEP = 500_000_000;

  /// A lease whose renewal waits for its barrier is looked at again after so long: nanoseconds.
  private static final long PUT_OFF = 10_000_000;

  private static final long REFUSED = 1_000_000_000;

  private static final class Held {
    final long id;

    /// Seconds.
    final long ttl;

    /// When it was first seen here, by number: of leases with the same deadline the older one comes
    /// first.
    final long order;

    /// When its time is over, and when it is to be looked at because of that.
    long deadline;

    long due;

    /// Renewals that wait for their barrier.
    int renewals;

    boolean isExpiring;

    /// Who waits for its fate.
    final List<Consumer<@Nullable LeaseState>> asking = new ArrayList<>();

    Held(long id, long ttl, long order) {
      this.id = id;
      this.ttl = ttl;
      this.order = order;
    }
  }

  private static final Comparator<Held> BY_DUE =
      Comparator.<Held>comparingLong(lease -> lease.due).thenComparingLong(lease -> lease.order);

  private final Node<Outcome> node;
  private final Group<Outcome> group;
  private final KvStore store;
  private final Lessorship lessorship;
  private final LeaseCounters counters;
  private final TreeMap<Long, Held> leases = new TreeMap<>();

  /// Those whose expiry is not under way.
  private final TreeSet<Held> byDue = new TreeSet<>(BY_DUE);

  private long orders;
  private int underWay;
  private boolean confirming;
  private boolean sleeping;
  private boolean ended;

  /// Begins now.
  Tenure(Node<Outcome> node, KvStore store, Lessorship lessorship, LeaseCounters counters) {
    this.node = node;
    this.group = node.group();
    this.store = store;
    this.lessorship = lessorship;
    this.counters = counters;
    store.leases().forEach(this::granted);
  }

  /// At least one and a half election timeouts (etcd-155).
  static long minTtl(Self.Timing timing) {
    return Math.max(1, Math.ceilDiv(3 * timing.election(), 2 * NANOS));
  }

  /// Whether nobody else has become the lessor, as far as this node has seen.
  boolean isPresent() {
    return !ended && lessorship.equals(store.lessorship());
  }

  /// The lessorship is over: who waits has to ask another.
  void end() {
    ended = true;
    for (var lease : leases.values()) {
      answer(lease, null);
    }
  }

  /// All leases, those with the least time left first.
  List<Long> inOrder() {
    var order = new ArrayList<Long>(leases.size());
    for (var lease : leases.values()) {
      if (lease.isExpiring) {
        order.add(lease.id);
      }
    }
    byDue.forEach(lease -> order.add(lease.id));
    return order;
  }

  // What befalls leases

  void granted(long id, long ttl) {
    var lease = new Held(id, Math.max(ttl, minTtl(node.timing())), orders++);
    leases.put(id, lease);
    restart(lease);
    sleep();
  }

  /// The whole of its time begins now.
  private void restart(Held lease) {
    long now = node.now();
    long ttl = lease.ttl * NANOS;
    lease.deadline = now > Long.MAX_VALUE - ttl ? Long.MAX_VALUE : now + ttl;
    schedule(lease, lease.deadline);
  }

  private void schedule(Held lease, long due) {
    byDue.remove(lease);
    lease.due = due;
    byDue.add(lease);
  }

  void gone(long id) {
    var lease = leases.remove(id);
    if (lease != null) {
      byDue.remove(lease);
      answer(lease, LeaseState.GONE);
    }
  }

  private static void answer(Held lease, @Nullable LeaseState state) {
    var asking = List.copyOf(lease.asking);
    lease.asking.clear();
    asking.forEach(each -> each.accept(state));
  }

  // What is asked

  void asked(boolean renew, long id, Consumer<@Nullable LeaseState> answer) {
    var known = leases.get(id);
    if (renew && known != null) {
      known.renewals++;
    }
    group.barrier(
        new Call<>() {
          @Override
          public void done(Long index) {
            confirmed();
            tell(renew, id, answer);
          }

          @Override
          public void unanswered(Unanswered why) {
            confirmed();
            answer.accept(null);
          }

          private void confirmed() {
            if (renew && known != null) {
              known.renewals--;
            }
          }
        });
  }

  private void tell(boolean renew, long id, Consumer<@Nullable LeaseState> answer) {
    if (!isPresent()) {
      answer.accept(null);
      return;
    }
    var lease = leases.get(id);
    if (lease == null) {
      answer.accept(LeaseState.GONE);
    } else if (!renew) {
      answer.accept(new LeaseState(lease.ttl, lease.deadline - node.now()));
    } else if (lease.isExpiring) {
      lease.asking.add(answer);
    } else {
      restart(lease);
      counters.countRenewed();
      answer.accept(new LeaseState(lease.ttl, lease.ttl * NANOS));
    }
  }

  // Expiry

  /// Sees to it that somebody looks when the next lease is due.
  private void sleep() {
    if (!sleeping && !ended && !byDue.isEmpty()) {
      sleeping = true;
      node.after(
          Math.clamp(byDue.first().due - node.now(), 0, LONGEST_SLEEP),
          () -> {
            sleeping = false;
            look();
          });
    }
  }

  private void lookAfter(long pause) {
    node.after(pause, this::look);
  }

  private void look() {
    if (ended) {
      return;
    }
    if (!isDue()) {
      sleep();
    } else if (!confirming && underWay < UNDER_WAY) {
      confirm();
    }
  }

  private boolean isDue() {
    return !byDue.isEmpty() && byDue.first().due <= node.now();
  }

  /// A lessor that stood still, or was cut off, must not act on what it has not heard meanwhile.
  private void confirm() {
    confirming = true;
    group.barrier(
        new Call<>() {
          @Override
          public void done(Long index) {
            confirming = false;
            expire();
            look();
          }

          @Override
          public void unanswered(Unanswered why) {
            confirming = false;
            lookAfter(PUT_OFF);
          }
        });
  }

  private void expire() {
    while (isPresent() && underWay < UNDER_WAY) {
      var due = takeDue();
      if (due.isEmpty()) {
        return;
      }
      propose(due);
    }
  }

  private List<Held> takeDue() {
    var due = new ArrayList<Held>();
    while (isDue() && due.size() < TOGETHER) {
      var lease = byDue.first();
      if (lease.renewals > 0) {
        schedule(lease, node.now() + PUT_OFF);
      } else {
        byDue.remove(lease);
        lease.isExpiring = true;
        due.add(lease);
      }
    }
    return due;
  }

  private void propose(List<Held> due) {
    underWay++;
    var ids = due.stream().map(lease -> lease.id).toList();
    var expiry = Expiry.CODEC.encode(new Expiry(lessorship.number(), ids));
    group.propose(
        Command.of(Command.Type.LEASE_EXPIRE, expiry).encode(),
        new Call<>() {
          @Override
          public void done(Outcome outcome) {
            underWay--;
            if (outcome instanceof Outcome.Failed) {
              again(REFUSED); // by an alarm, until somebody ends that
            } else {
              look();
            }
          }

          // It may still take effect, so those leases are not renewed; it is proposed again.
          @Override
          public void unanswered(Unanswered why) {
            underWay--;
            again(PUT_OFF);
          }

          private void again(long pause) {
            for (var lease : due) {
              if (leases.get(lease.id) == lease) {
                schedule(lease, node.now() + pause);
                answer(lease, null);
              }
            }
            lookAfter(pause);
          }
        });
  }
}
