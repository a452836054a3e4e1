package io.quorate.simulation.consensus;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Era;
import io.quorate.consensus.Input;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Leadership;
import io.quorate.consensus.Message;
import io.quorate.consensus.Point;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Status;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.node.Node;
import io.quorate.simulation.watch.Emission;
import io.quorate.simulation.watch.JournalFrames;
import io.quorate.simulation.watch.Moments;
import io.quorate.simulation.watch.ViolationException;
import io.quorate.simulation.watch.Watch;
import java.util.List;
import java.util.function.Supplier;

/// Holds every step of every member, and every message, against the invariants that all protocols
/// share; `docs/reliability.md` says each in a sentence. What a protocol promises beyond them is
/// checked by its own watch, which is told of everything at the same moments.
///
/// @param <F> what is told of members' records
public abstract class ConsensusWatch<F extends Fold<F>> implements Watch {
  // Types of journal items, and layers and kinds of messages, as their formats are written down.
  private static final int RECORD = 1;
  private static final int LEARNT = 3;
  private static final int INSTALLED = 5;
  private static final int REPLICA_LAYER = 1;
  private static final int OF_MACHINE = 1;
  private static final int GROUP_LAYER = 2;
  private static final int ASK_BARRIER = 3;

  protected final Moments moments = new Moments();
  protected final Members<F> members;
  protected final Leaderships<F> leaderships;
  protected final Decisions<F> decisions;
  private final Promises<F> promises;
  private final Reads<F> reads;

  /// @param folds makes one that no record has been told to
  protected ConsensusWatch(Protocol protocol, Names names, Supplier<F> folds) {
    this.members = new Members<>(folds, names);
    this.leaderships = new Leaderships<>(members, names);
    this.promises = new Promises<>(protocol.messages());
    this.reads = new Reads<>(members, names, moments);
    this.decisions = new Decisions<>(members, reads, moments);
  }

  /// How far anything was ever decided.
  public final long decidedUpTo() {
    return decisions.upTo();
  }

  public final Moments moments() {
    return moments;
  }

  /// How many terms had a leader.
  public final int leaderships() {
    return leaderships.count();
  }

  /// The highest term that any member's records have come to.
  public final long highestTerm() {
    return members.all().stream().mapToLong(this::term).max().orElse(0);
  }

  // What a protocol's own watch is told

  /// The term of a member, as its records say it.
  protected abstract long term(Member<F> member);

  /// Whether nothing at all that is said after a record may leave before it is durable.
  protected abstract boolean holdsSends(JournalRecord record);

  /// A machine begins, with this decided.
  protected void begins(Member<F> member, Point decided) {}

  /// A step has begun.
  protected void took(Member<F> member, Input input) {}

  /// The machine is about to be told of a catch-up, and has not been yet.
  protected void catchesUp(Member<F> member, Point point) {}

  /// All inputs of a step were taken; what it does is shown next.
  protected void acts(Member<F> member, List<Input> inputs, List<Emission> emissions) {}

  /// A record was journaled; the member's memory does not have it yet.
  protected abstract void journals(Member<F> member, JournalRecord record);

  /// A message is to be sent. C8: what it promises, the member's records say.
  protected abstract void says(Member<F> member, ReplicaId to, Message message);

  /// Entries are decided here next.
  protected void decides(Member<F> member, List<Entry> entries) {}

  /// A member leads a term that nobody led before.
  protected void leads(Member<F> member, long term) {}

  /// @param atOnce whether in the step that brought it
  protected void answersRead(Member<F> member, ReadId id, boolean atOnce) {}

  protected void losesRead(Member<F> member, ReadId id) {}

  /// A step is over.
  protected void stepped(
      Member<F> member, List<Input> inputs, List<Emission> emissions, Status after) {}

  /// A record became durable, and is in the member's durable fold.
  protected void isDurable(Member<F> member, JournalRecord record) {}

  /// A message of a machine was put on the network.
  protected void leaves(Member<F> member, ReplicaId to, Message message) {}

  protected void crashes(Member<F> member) {}

  // Steps

  @Override
  public final void began(long node, Era era, Point decided, List<JournalRecord> records) {
    members.beganIn(era);
    var member = members.of(node);
    // C12: nothing that was durable is forgotten.
    check(
        decided.index() >= member.durable.decidedHeld().index(),
        "C12",
        "node %x begins at %s, and held %s durably",
        node,
        decided,
        member.durable.decidedHeld());
    decisions.began(member, decided);
    check(!member.isLost, "C14", "node %x takes part, and what it promised is lost", node);
    member.hasBegun = true;
    member.memory = member.durable.copy();
    member.memory.catchUp(decided);
    member.leads = false;
    begins(member, decided);
  }

  @Override
  public final void stepping(long node, long trueTime) {
    members.of(node).time = trueTime;
  }

  @Override
  public final void stepped(long node, List<Input> inputs, List<Emission> emissions, Status after) {
    var member = members.of(node);
    boolean led = member.leads;
    for (var input : inputs) {
      if (input instanceof Input.CaughtUp(var point)) {
        moments.saw("catch-up");
        catchesUp(member, point);
        if (point.index() > member.decided) {
          member.memory.catchUp(point);
        }
        decisions.caughtUp(member, point);
      }
      reads.took(member, input);
      took(member, input);
    }
    acts(member, inputs, emissions);
    reads.answeredAlone(member, inputs, emissions);
    for (var emission : emissions) {
      did(member, inputs, emission);
    }
    check(
        after.decided() == member.decided,
        "C2",
        "node %x says decided %d, told %d",
        member.node,
        after.decided(),
        member.decided);
    if (!isLed(member, after.leadership())) {
      if (led && emissions.stream().anyMatch(each -> each instanceof Emission.ReadLost)) {
        moments.saw("leader deposed with open reads");
      }
      member.leads = false;
    }
    stepped(member, inputs, emissions, after);
  }

  /// The member leads no more, whatever it has said; it will say so at the end of the step.
  protected final void leadsNoMore(Member<F> member) {
    member.leads = false;
  }

  private static boolean isLed(Member<?> member, Leadership now) {
    var leader = now.leader();
    return leader != null && leader.node() == member.node;
  }

  private void did(Member<F> member, List<Input> inputs, Emission emission) {
    switch (emission) {
      case Emission.Journaled(var record) -> {
        promises.journaled(member, record, holdsSends(record));
        journals(member, record);
        member.memory.apply(record);
      }
      case Emission.Sent(var to, var message) -> {
        says(member, to, message);
        promises.due(member, to, message, true);
      }
      case Emission.SentDurably(var to, var message) -> {
        says(member, to, message);
        promises.due(member, to, message, false);
      }
      case Emission.Decided(var entries) -> {
        decides(member, entries);
        decisions.decided(member, entries, term(member));
      }
      case Emission.Led(var now) -> {
        member.leads = isLed(member, now);
        if (member.leads && leaderships.leads(member, now.term())) {
          leads(member, now.term());
        }
      }
      case Emission.ReadReady(var id, long index) -> {
        reads.answered(member, id, index);
        answersRead(member, id, inputs.contains(new Input.ReadBarrier(id)));
      }
      case Emission.ReadLost(var id) -> {
        reads.lost(member, id);
        losesRead(member, id);
      }
      case Emission.Refused refused -> {}
      case Emission.Behind behind -> {}
    }
  }

  // Disks

  @Override
  public final void durable(long node, Bytes frame) {
    var member = members.of(node);
    JournalFrames.forEach(
        frame,
        (group, type, content) -> {
          if (group == Node.DEFAULT_GROUP) {
            durableItem(member, type, content);
          }
        });
  }

  private void durableItem(Member<F> member, int type, Bytes content) throws MalformedException {
    switch (type) {
      case RECORD -> {
        var record = promises.durable(member);
        member.durable.apply(record);
        isDurable(member, record);
      }
      case LEARNT -> {
        moments.saw("entries learnt from a peer");
        member.durable.learn(Entry.LIST_CODEC.decode(content));
      }
      case INSTALLED -> {
        moments.saw("image installed");
        var at = Point.CODEC.read(new WireReader(content));
        decisions.installed(member, at);
        member.durable.catchUp(at);
      }
      default -> {}
    }
  }

  @Override
  public final void crashed(long node) {
    var member = members.of(node);
    promises.crashed(member);
    reads.crashed(member);
    decisions.crashed(member);
    crashes(member);
    member.memory = member.durable.copy();
    member.leads = false;
  }

  @Override
  public final void lost(long node) {
    var member = members.of(node);
    member.isLost |= member.hasBegun;
  }

  // The network

  @Override
  public final void sent(long from, long to, Bytes frame) {
    var member = members.of(from);
    try {
      var in = new WireReader(frame.from(4));
      while (in.remaining() > 0) {
        var message = new WireReader(in.raw(in.u32()));
        long group = message.count();
        message.count();
        long toEra = message.count();
        if (group != Node.DEFAULT_GROUP) {
          continue;
        }
        int layer = message.u8();
        int kind = message.u8();
        if (layer == REPLICA_LAYER && kind == OF_MACHINE) {
          message.count();
          var receiver = new ReplicaId(to, toEra);
          leaves(
              member, receiver, promises.sent(member, receiver, message.raw(message.remaining())));
        } else if (layer == GROUP_LAYER && kind == ASK_BARRIER) {
          reads.barrierAsked(member, message.count());
        }
      }
    } catch (MalformedException e) {
      throw new ViolationException("wire", "a frame that cannot be read: " + e.getMessage());
    }
  }

  // State

  @Override
  public final void applied(long node, long index, long digest) {
    decisions.applied(members.of(node), index, digest);
  }
}
