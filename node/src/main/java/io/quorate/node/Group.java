package io.quorate.node;

import io.quorate.consensus.BatchId;
import io.quorate.consensus.Input.Suspicion;
import io.quorate.consensus.Leadership;
import io.quorate.consensus.Payload;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.Refusal;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Status;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.replica.Replica;
import io.quorate.replica.ReplicaListener;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A node's part in one group: its replica, and the proposals and reads that come in here and must
/// find the leader, wherever it is.
///
/// @param <R> what a command comes to
public final class Group<R> implements ReplicaListener<R> {
  /// Takes messages about this group to other nodes.
  interface Sender {
    void send(ReplicaId to, GroupMessage message);

    /// See [Network#roundTrip].
    long roundTrip(ReplicaId to);
  }

  /// Questions of other nodes that may be open here; of more, each is as lost on its way.
  private static final int REMOTE_BARRIERS = 10_000;

  private record RemoteBarrier(ReplicaId from, long number) {}

  /// Answers about leases where this node's life may be the lessor.
  public interface Lessor {
    /// @param renew whether the lease's time shall begin anew
    /// @param answer takes the one answer on the loop; null if this node cannot tell
    void asked(boolean renew, long lease, Consumer<@Nullable LeaseState> answer);
  }

  /// Questions of other nodes about leases that may be open here; of more, each is as lost on its
  /// way.
  private static final int REMOTE_QUESTIONS = 100_000;

  private record RemoteQuestion(ReplicaId from, long number) {}

  private final ReplicaId self;
  private final long incarnation;
  private final LongSupplier clock;
  private final Sender sender;
  private final Leader leader;
  private final Proposals<R> proposals;
  private final Barriers barriers;
  private final LessorCalls lessorCalls;
  private final Set<RemoteQuestion> remoteQuestions =
      new TreeSet<>(
          Comparator.comparing(RemoteQuestion::from).thenComparingLong(RemoteQuestion::number));
  private final Map<Long, RemoteBarrier> remoteBarriers = new TreeMap<>();
  private final Map<Long, Long> ownBarriers = new TreeMap<>();
  private final List<Runnable> onProgress = new ArrayList<>();
  private final List<Consumer<Leadership>> onLeadership = new ArrayList<>();

  private long nextRead = 1;
  private @Nullable Replica<R> replica;
  private @Nullable Lessor lessor;

  Group(ReplicaId self, long incarnation, long electionTimeout, LongSupplier clock, Sender sender) {
    this.self = self;
    this.incarnation = incarnation;
    this.clock = clock;
    this.sender = sender;
    this.leader = new Leader(electionTimeout);
    long timeout = 5_000_000_000L + 2 * electionTimeout;
    this.proposals = new Proposals<>(self, incarnation, timeout, leader, new ToLeader());
    this.barriers = new Barriers(incarnation, timeout, leader, this::askLeader);
    this.lessorCalls = new LessorCalls(incarnation, timeout, leader, this::askLessor);
  }

  /// The replica calls back into the group, so it is made second.
  void replica(Replica<R> made) {
    replica = made;
  }

  public Replica<R> replica() {
    if (replica == null) {
      throw new IllegalStateException("the group has no replica yet");
    }
    return replica;
  }

  // For the services

  /// Has a command ordered and applied; the result is that of this node's own state machine.
  public void propose(Bytes command, Call<R> call) {
    proposals.submit(clock.getAsLong(), command, call);
  }

  /// Calls back when everything that was completed before now, anywhere, has taken effect here.
  public void barrier(Call<Long> call) {
    barriers.await(clock.getAsLong(), call);
  }

  /// Asks the lessor about a lease, wherever it is: of a state in which everything that was
  /// completed before now has taken effect.
  ///
  /// @param renew whether the lease's time shall begin anew
  public void askLessor(boolean renew, long lease, Call<LeaseState> call) {
    lessorCalls.ask(clock.getAsLong(), renew, lease, call);
  }

  /// Who answers such questions where this node is asked.
  public void lessor(Lessor here) {
    lessor = here;
  }

  public Leadership leadership() {
    return leader.now();
  }

  /// How often a new leader was found.
  public long leaderChanges() {
    return leader.changes();
  }

  public int pendingProposals() {
    return proposals.pending();
  }

  public long failedProposals() {
    return proposals.failures();
  }

  /// How often the leader had to be asked once more how far a read must see.
  public long slowBarriers() {
    return barriers.askedAnew();
  }

  /// Reads that could not be let go in time.
  public long failedBarriers() {
    return barriers.unanswered();
  }

  /// Runs something whenever the applied index has risen.
  public void onProgress(Runnable action) {
    onProgress.add(action);
  }

  /// Tells whenever the leadership that is known here has changed.
  public void onLeadership(Consumer<Leadership> listener) {
    onLeadership.add(listener);
  }

  public boolean leads() {
    return leader.now().isLedBy(self);
  }

  /// Hands leadership over, if this replica leads; whether it comes to that shows in
  /// [#leadership()].
  public void transfer(ReplicaId to) {
    replica().transfer(to);
  }

  /// Hands leadership over to whoever is most up to date, if this replica leads.
  ///
  /// @return whether there is anybody to hand over to
  public boolean handOver() {
    var status = replica().status();
    if (!leads() || status == null) {
      return false;
    }
    var best =
        status.peers().stream()
            .filter(peer -> replica().voters().contains(peer.id()))
            .max(
                Comparator.comparingLong(Status.Peer::matched)
                    .thenComparing(Status.Peer::silence, Comparator.reverseOrder()));
    best.ifPresent(peer -> transfer(peer.id()));
    return best.isPresent();
  }

  // On the way to the leader

  private final class ToLeader implements Proposals.Route {
    @Override
    public void toLeader(ReplicaId to, Payload.Batch batch) {
      if (to.equals(self)) {
        replica().propose(batch);
      } else {
        sender.send(to, new GroupMessage.Forward(batch));
      }
    }

    /// For the leader's own proposals the way to the nearest of the others, which decides with it.
    @Override
    public long roundTrip(ReplicaId to) {
      if (!to.equals(self)) {
        return sender.roundTrip(to);
      }
      long nearest = Long.MAX_VALUE;
      for (var voter : replica().voters()) {
        if (!voter.equals(self)) {
          nearest = Math.min(nearest, sender.roundTrip(voter));
        }
      }
      return nearest == Long.MAX_VALUE ? 0 : nearest;
    }
  }

  private void askLeader(ReplicaId to, long number) {
    if (to.equals(self)) {
      var id = new ReadId(incarnation, nextRead++);
      ownBarriers.put(id.number(), number);
      replica().barrier(id);
    } else {
      sender.send(to, new GroupMessage.AskBarrier(number));
    }
  }

  private void askLessor(ReplicaId to, long number, boolean renew, long lease) {
    if (!to.equals(self)) {
      sender.send(to, new GroupMessage.AskLessor(number, renew, lease));
    } else if (lessor == null) {
      lessorCalls.noLessor(clock.getAsLong(), number);
    } else {
      lessor.asked(renew, lease, state -> answered(number, state));
    }
  }

  private void answered(long number, @Nullable LeaseState state) {
    if (state == null) {
      lessorCalls.noLessor(clock.getAsLong(), number);
    } else {
      lessorCalls.answered(number, state);
    }
  }

  private void askedForLease(ReplicaId from, GroupMessage.AskLessor question) {
    var remote = new RemoteQuestion(from, question.number());
    if (lessor == null) {
      sender.send(from, new GroupMessage.NoLessor(remote.number));
    } else if (remoteQuestions.size() < REMOTE_QUESTIONS && remoteQuestions.add(remote)) {
      lessor.asked(
          question.renew(),
          question.lease(),
          state -> {
            remoteQuestions.remove(remote);
            sender.send(
                from,
                state == null
                    ? new GroupMessage.NoLessor(remote.number)
                    : new GroupMessage.LessorAnswer(remote.number, state));
          });
    }
  }

  /// @throws MalformedException if the bytes are no message; nothing was done
  void received(ReplicaId from, WireReader in) throws MalformedException {
    switch (GroupMessage.CODEC.read(in)) {
      case GroupMessage.Forward(var batch) -> {
        if (batch.id().origin().equals(from)) {
          replica().propose(batch);
        }
      }
      case GroupMessage.ForwardRefused(var id, var why) ->
          proposals.refused(clock.getAsLong(), id, why);
      case GroupMessage.AskBarrier(long number) -> {
        if (remoteBarriers.size() < REMOTE_BARRIERS) {
          var id = new ReadId(incarnation, nextRead++);
          remoteBarriers.put(id.number(), new RemoteBarrier(from, number));
          replica().barrier(id);
        }
      }
      case GroupMessage.BarrierReady(long number, long index) -> ready(number, index);
      case GroupMessage.BarrierLost(long number) -> barriers.lost(clock.getAsLong(), number);
      case GroupMessage.AskLessor question -> askedForLease(from, question);
      case GroupMessage.LessorAnswer(long number, var state) -> answered(number, state);
      case GroupMessage.NoLessor(long number) -> answered(number, null);
    }
  }

  void suspect(long node, Suspicion suspicion) {
    replica().suspect(node, suspicion);
  }

  // What the replica tells

  @Override
  public void applied(BatchId id, List<@Nullable R> results) {
    proposals.applied(id, results);
  }

  @Override
  public void jumped(Predicate<BatchId> mayTakeEffect) {
    proposals.jumped(mayTakeEffect);
  }

  @Override
  public void refused(BatchId id, Refusal why) {
    if (id.origin().equals(self)) {
      proposals.refused(clock.getAsLong(), id, why);
    } else {
      sender.send(id.origin(), new GroupMessage.ForwardRefused(id, why));
    }
  }

  @Override
  public void readReady(ReadId id, long index) {
    var own = ownBarriers.remove(id.number());
    if (own != null) {
      ready(own, index);
    }
    var remote = remoteBarriers.remove(id.number());
    if (remote != null) {
      sender.send(remote.from, new GroupMessage.BarrierReady(remote.number, index));
    }
  }

  private void ready(long number, long index) {
    barriers.ready(number, index);
    barriers.applied(replica().applied());
  }

  @Override
  public void readLost(ReadId id) {
    var own = ownBarriers.remove(id.number());
    if (own != null) {
      barriers.lost(clock.getAsLong(), own);
    }
    var remote = remoteBarriers.remove(id.number());
    if (remote != null) {
      sender.send(remote.from, new GroupMessage.BarrierLost(remote.number));
    }
  }

  @Override
  public void leadership(Leadership now) {
    long time = clock.getAsLong();
    leader.changed(time, now);
    proposals.leaderChanged(time);
    barriers.leaderChanged(time);
    lessorCalls.leaderChanged(time);
    List.copyOf(onLeadership).forEach(listener -> listener.accept(now));
  }

  @Override
  public void progressed() {
    barriers.applied(replica().applied());
    onProgress.forEach(Runnable::run);
  }

  // The turn

  /// Whether [#turn] would do anything.
  boolean wantsTurn(long now) {
    return proposals.wantsTurn(now)
        || barriers.wantsTurn(now)
        || lessorCalls.wantsTurn(now)
        || replica().wantsStep(now)
        || now >= replica().nextDeadline();
  }

  /// Sends what came in on its way, and steps the replica.
  void turn(long now) {
    proposals.turn(now);
    lessorCalls.turn(now);
    barriers.turn(now);
    replica().tick(now);
    if (replica().wantsStep(now)) {
      replica().step(now);
    }
  }

  long nextDeadline() {
    long calls = Math.min(barriers.nextDeadline(), lessorCalls.nextDeadline());
    return Math.min(replica().nextDeadline(), Math.min(proposals.nextDeadline(), calls));
  }

  /// The node stops: every call that waits here is told so.
  public void stop() {
    proposals.stop();
    barriers.stop();
    lessorCalls.stop();
  }
}
