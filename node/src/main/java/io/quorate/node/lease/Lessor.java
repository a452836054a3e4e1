package io.quorate.node.lease;

import io.quorate.consensus.Leadership;
import io.quorate.node.Call;
import io.quorate.node.Group;
import io.quorate.node.LeaseState;
import io.quorate.node.Node;
import io.quorate.node.Unanswered;
import io.quorate.store.Command;
import io.quorate.store.KvStore;
import io.quorate.store.LeaseObserver;
import io.quorate.store.Lessorship;
import io.quorate.store.Outcome;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// This node's part in watching over the time of leases: whoever leads takes the lessorship, by a
/// command that gives it the next number, and measures from the moment at which that has taken
/// effect here.
///
/// Time is never in an entry, so a change of leader makes no lease shorter: the new lessor gives
/// each its full TTL. A lessor that has been replaced may not know it yet; it answers nothing
/// without a barrier, and its expiries name a number that is no longer the present one (L6).
public final class Lessor implements Group.Lessor, LeaseObserver {
  /// The lessorship is asked for again after so long: nanoseconds.
  private static final long AGAIN = 100_000_000;

  private final Node<Outcome> node;
  private final Group<Outcome> group;
  private final KvStore store;
  private final LeaseCounters counters = new LeaseCounters();

  /// The leadership that this node holds; null if it does not lead.
  private @Nullable Leadership held;

  /// What was proposed in that leadership.
  private @Nullable Lessorship proposed;

  /// What this node measures; null while it is not the lessor.
  private @Nullable Tenure tenure;

  private boolean underWay;
  private long attempts;

  public Lessor(Node<Outcome> node, KvStore store) {
    this.node = node;
    this.group = node.group();
    this.store = store;
    store.observeLeases(this);
    group.lessor(this);
    group.onLeadership(this::leadershipChanged);
    group.onProgress(this::check);
    leadershipChanged(group.leadership());
  }

  public LeaseCounters counters() {
    return counters;
  }

  /// The shortest TTL, in seconds: a lease must outlive the time in which a leader is replaced
  /// (etcd-155).
  public long minTtl() {
    return Tenure.minTtl(node.timing());
  }

  /// All leases as this node knows them: the lessor by how little is left of them, others by id
  /// (etcd-168).
  public List<Long> leases() {
    return tenure == null ? List.copyOf(store.leases().keySet()) : tenure.inOrder();
  }

  // Becoming the lessor, and ceasing to be it

  private void leadershipChanged(Leadership now) {
    if (!now.equals(held)) {
      end();
      held = now.isLedBy(group.replica().id()) ? now : null;
      check();
    }
  }

  private void end() {
    proposed = null;
    underWay = false;
    attempts++;
    if (tenure != null) {
      tenure.end();
      tenure = null;
    }
  }

  private void check() {
    if (held == null || (tenure != null && tenure.isPresent())) {
      return;
    }
    var present = store.lessorship();
    if (present.equals(proposed)) {
      begin(present);
    } else if (tenure != null) {
      end();
      confirm();
    } else if (!underWay) {
      confirm();
    }
  }

  private void begin(Lessorship present) {
    proposed = null;
    underWay = false;
    attempts++;
    tenure = new Tenure(node, store, present, counters);
  }

  /// All that was decided before has to be known, or the number would be an old one.
  private void confirm() {
    underWay = true;
    long attempt = ++attempts;
    group.barrier(
        new Call<>() {
          @Override
          public void done(Long index) {
            if (attempt == attempts) {
              propose();
            }
          }

          @Override
          public void unanswered(Unanswered why) {
            retry(attempt);
          }
        });
  }

  private void propose() {
    long attempt = ++attempts;
    var next = store.lessorship().next(node.id(), node.incarnation());
    proposed = next;
    var command = Command.of(Command.Type.BECOME_LESSOR, Lessorship.CODEC.encode(next));
    group.propose(
        command.encode(),
        new Call<>() {
          @Override
          public void done(Outcome outcome) {
            if (attempt == attempts) {
              underWay = false;
              check();
            }
          }

          @Override
          public void unanswered(Unanswered why) {
            retry(attempt);
          }
        });
  }

  private void retry(long attempt) {
    if (attempt == attempts) {
      node.after(
          AGAIN,
          () -> {
            if (attempt == attempts) {
              underWay = false;
              check();
            }
          });
    }
  }

  // What is asked

  @Override
  public void asked(boolean renew, long lease, Consumer<@Nullable LeaseState> answer) {
    if (tenure == null) {
      answer.accept(null);
    } else {
      tenure.asked(renew, lease, answer);
    }
  }

  // What befalls leases

  @Override
  public void granted(long lease, long ttl) {
    counters.countGranted();
    if (tenure != null) {
      tenure.granted(lease, ttl);
    }
  }

  @Override
  public void revoked(long lease) {
    counters.countRevoked();
    if (tenure != null) {
      tenure.gone(lease);
    }
  }

  @Override
  public void expired(long lease) {
    counters.countExpired();
    if (tenure != null) {
      tenure.gone(lease);
    }
  }

  @Override
  public void replaced() {
    end();
    check();
  }
}
