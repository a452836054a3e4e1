package io.quorate.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.api.LeaseRevokeRequest;
import io.quorate.consensus.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whoever is told of a write may ask for the history at once. A command still takes effect as a
/// whole: what becomes durable, and what is read, ends behind it.
class AskingObserverTest {
  private static final int AT_ONCE = 3;
  private static final int KEYS = 5;
  private static final KvStore.Limits LIMITS =
      new KvStore.Limits(16 << 20, 16 << 20, 256, 1 << 20, 16 << 20, AT_ONCE);

  /// Asks with each write for what follows it.
  private static final class Asking implements WriteObserver {
    private final KvStore store;
    final List<Long> newest = new ArrayList<>();

    Asking(KvStore store) {
      this.store = store;
    }

    @Override
    public boolean asksForPrevious(Bytes key) {
      return false;
    }

    @Override
    public boolean asksForPrevious() {
      return false;
    }

    @Override
    public void written(Written write) {
      store.history(write.revision(), History::newest, newest::add);
    }

    @Override
    public void replaced() {}
  }

  private final StoreHarness observed = new StoreHarness(new HeapEngines(), LIMITS);
  private final StoreHarness unobserved = new StoreHarness(new HeapEngines(), LIMITS);
  private final Asking asking = new Asking(observed.store);

  @BeforeEach
  void leasesWithManyKeys() {
    for (var store : List.of(observed, unobserved)) {
      for (long lease = 1; lease <= 2; lease++) {
        store.grant(lease, 60);
        for (int i = 0; i < KEYS; i++) {
          store.put(StoreHarness.putOf("%d/%d".formatted(lease, i), "x").setLease(lease));
        }
      }
      store.settle();
    }
    observed.store.observe(asking);
  }

  private static Bytes revoke(long lease) {
    return StoreHarness.command(
        Command.Type.LEASE_REVOKE, LeaseRevokeRequest.newBuilder().setID(lease).build());
  }

  private void isTheSame() {
    observed.settle();
    unobserved.settle();
    assertThat(observed.store.leases()).isEqualTo(unobserved.store.leases());
    assertThat(observed.store.revision()).isEqualTo(unobserved.store.revision());
    assertThat(observed.store.digest()).isEqualTo(unobserved.store.digest());
  }

  @Test
  void twoLargeRevokesInOneEntry() {
    var entry = List.of(revoke(1), revoke(2));
    assertThat(observed.entry(entry)).isEqualTo(unobserved.entry(entry));
    isTheSame();
    assertThat(asking.newest).hasSize(2);
  }

  /// The keys of a lease are never gone without it.
  @Test
  void aCrashBehindALargeRevoke() throws Exception {
    var entry = List.of(revoke(1), revoke(2));
    var durable = new ArrayList<Integer>();
    observed.betweenCommands =
        () -> {
          observed.flush();
          durable.add(observed.store.durable().begun());
        };
    observed.entry(entry);
    assertThat(durable).containsExactly(1, 2);

    observed.crash("1");
    unobserved.entry(entry);
    assertThat(observed.begun).isEqualTo(2);
    assertThat(observed.store.leases()).isEqualTo(unobserved.store.leases()).isEmpty();
    assertThat(observed.all(0)).isEmpty();
  }

  @Test
  void anExpiryOfTwoLargeLeases() {
    for (var store : List.of(observed, unobserved)) {
      store.becomeLessor(1);
      store.expire(1, 1L, 2L);
    }
    isTheSame();
    assertThat(asking.newest).containsOnly(observed.store.revision());
  }
}
