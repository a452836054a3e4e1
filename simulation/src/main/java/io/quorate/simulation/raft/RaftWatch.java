package io.quorate.simulation.raft;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Era;
import io.quorate.consensus.Input;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Message;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Status;
import io.quorate.consensus.raft.RaftMessage;
import io.quorate.consensus.raft.RaftRecord;
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

/// Holds every step of every Raft member, and every message, against the invariants of Raft and
/// those that all protocols share; `docs/reliability.md` says each in a sentence.
public final class RaftWatch implements Watch {
  // Types of journal items, and layers and kinds of messages, as their formats are written down.
  private static final int RECORD = 1;
  private static final int LEARNT = 3;
  private static final int INSTALLED = 5;
  private static final int REPLICA_LAYER = 1;
  private static final int OF_MACHINE = 1;
  private static final int GROUP_LAYER = 2;
  private static final int ASK_BARRIER = 3;

  private final Moments moments = new Moments();
  private final RaftMembers members = new RaftMembers();
  private final RaftPromises promises = new RaftPromises();
  private final RaftElections elections = new RaftElections(members, moments);
  private final RaftLogs logs = new RaftLogs(moments);
  private final RaftReads reads = new RaftReads(members, moments);
  private final RaftDecisions decisions = new RaftDecisions(members, reads, moments);
  private final RaftStatus statuses = new RaftStatus(members);

  /// How far anything was ever decided.
  public long decidedUpTo() {
    return decisions.upTo();
  }

  public Moments moments() {
    return moments;
  }

  /// How many terms had a leader.
  public int leaderships() {
    return elections.leaderships();
  }

  @Override
  public void began(long node, Era era, Point decided, List<JournalRecord> records) {
    members.beganIn(era);
    var member = members.of(node);
    // C12: nothing that was durable is forgotten.
    check(
        decided.index() >= member.durable.decidedHeld.index(),
        "C12",
        "node %x begins at %s, and held %s durably",
        node,
        decided,
        member.durable.decidedHeld);
    decisions.began(member, decided);
    check(!member.isLost, "C14", "node %x takes part, and what it promised is lost", node);
    member.hasBegun = true;
    member.memory = member.durable.copy();
    member.memory.catchUp(decided);
    member.leads = false;
  }

  // Steps

  @Override
  public void stepping(long node, long trueTime) {
    members.of(node).time = trueTime;
  }

  @Override
  public void stepped(long node, List<Input> inputs, List<Emission> emissions, Status after) {
    var member = members.of(node);
    boolean led = member.leads;
    for (var input : inputs) {
      took(member, input);
    }
    for (var emission : emissions) {
      if (emission instanceof Emission.SentDurably(var to, RaftMessage.Appended answer)) {
        decisions.verified(member, answer);
      }
    }
    reads.answeredAlone(member, inputs, emissions);
    elections.staysWhileLeased(member, emissions);
    for (var emission : emissions) {
      did(member, emission);
    }
    statuses.said(
        member, after, inputs.stream().anyMatch(input -> input instanceof Input.CaughtUp));
    if (!RaftStatus.leads(after)) {
      if (led && emissions.stream().anyMatch(each -> each instanceof Emission.ReadLost)) {
        moments.saw("leader deposed with open reads");
      }
      member.leads = false;
      reads.follows(member);
    }
    RaftElections.onlyPreVotesChangeNothing(member, inputs, emissions);
    elections.stepped(member, inputs, after.leadership().term());
  }

  private void took(RaftMember member, Input input) {
    if (input instanceof Input.CaughtUp(var point)) {
      logs.caughtUp(member, point);
      decisions.caughtUp(member, point);
    }
    reads.took(member, input);
    elections.took(member, input);
  }

  private void did(RaftMember member, Emission emission) {
    switch (emission) {
      case Emission.Journaled(var record) -> journaled(member, (RaftRecord) record);
      case Emission.Sent(var to, var message) -> said(member, to, message, true);
      case Emission.SentDurably(var to, var message) -> said(member, to, message, false);
      case Emission.Decided(var entries) -> decisions.decided(member, entries);
      case Emission.Led(var now) -> {
        if (now.leader() != null
            && now.leader().node() == member.node
            && elections.leads(member, now.term())) {
          decisions.leads(member, now.term());
        }
      }
      case Emission.ReadReady(var id, long index) -> reads.answered(member, id, index);
      case Emission.ReadLost(var id) -> reads.lost(member, id);
      case Emission.Refused refused -> {}
      case Emission.Behind behind -> {}
    }
  }

  private void journaled(RaftMember member, RaftRecord record) {
    promises.journaled(member, record);
    switch (record) {
      case RaftRecord.Hard hard -> elections.journaled(member, hard);
      case RaftRecord.Log log -> logs.journaled(member, log);
    }
    member.memory.apply(record);
  }

  private void said(RaftMember member, ReplicaId to, Message said, boolean overtakesEntries) {
    var message = (RaftMessage) said;
    promises.promised(member, to, message);
    elections.said(member, to, message);
    reads.said(member, message);
    promises.due(member, to, message, overtakesEntries);
  }

  // Disks

  @Override
  public void durable(long node, Bytes frame) {
    var member = members.of(node);
    JournalFrames.forEach(
        frame,
        (group, type, content) -> {
          if (group == Node.DEFAULT_GROUP) {
            durableItem(member, type, content);
          }
        });
  }

  private void durableItem(RaftMember member, int type, Bytes content) throws MalformedException {
    switch (type) {
      case RECORD -> {
        var record = promises.durable(member);
        member.durable.apply(record);
        if (record instanceof RaftRecord.Log log) {
          decisions.stayRecoverable(log.from());
        }
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
  public void crashed(long node) {
    var member = members.of(node);
    promises.crashed(member);
    elections.crashed(member);
    reads.crashed(member);
    decisions.crashed(member);
    statuses.forget(member);
    member.memory = member.durable.copy();
    member.leads = false;
  }

  @Override
  public void lost(long node) {
    var member = members.of(node);
    member.isLost |= member.hasBegun;
  }

  // The network

  @Override
  public void sent(long from, long to, Bytes frame) {
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
          sent(member, new ReplicaId(to, toEra), message.raw(message.remaining()));
        } else if (layer == GROUP_LAYER && kind == ASK_BARRIER) {
          reads.barrierAsked(member, message.count());
        }
      }
    } catch (MalformedException e) {
      throw new ViolationException("wire", "a frame that cannot be read: " + e.getMessage());
    }
  }

  private void sent(RaftMember member, ReplicaId to, Bytes bytes) throws MalformedException {
    var message = promises.sent(member, to, bytes);
    if (message instanceof RaftMessage.VoteAnswer(long term, boolean granted) && granted) {
      elections.granted(member, to, term);
    }
  }

  // State

  @Override
  public void applied(long node, long index, long digest) {
    decisions.applied(members.of(node), index, digest);
  }
}
