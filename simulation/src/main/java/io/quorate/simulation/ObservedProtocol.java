package io.quorate.simulation;

import io.quorate.consensus.Consensus;
import io.quorate.consensus.Effects;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Era;
import io.quorate.consensus.Input;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Leadership;
import io.quorate.consensus.Message;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.Refusal;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Self;
import io.quorate.consensus.Status;
import io.quorate.consensus.wire.Codec;
import io.quorate.simulation.watch.Emission;
import java.util.ArrayList;
import java.util.List;

/// A protocol whose machines are watched: every step's inputs and effects are shown before they
/// reach the replica. The machines themselves are the real ones.
final class ObservedProtocol implements Protocol {
  /// Sees what one member's machine does.
  interface Observer {
    /// A machine begins, or begins again: with this decided, and the records that the replica
    /// found.
    void began(Era era, Point decided, List<JournalRecord> records);

    /// A step is over. It is shown at once, so also if the node ends while its effects are carried
    /// out.
    void stepped(List<Input> inputs, List<Emission> emissions, Status after);
  }

  private final Protocol protocol;
  private final Observer observer;

  ObservedProtocol(Protocol protocol, Observer observer) {
    this.protocol = protocol;
    this.observer = observer;
  }

  @Override
  public String name() {
    return protocol.name();
  }

  @Override
  public void requirePossible(Era era) {
    protocol.requirePossible(era);
  }

  @Override
  public Consensus enter(Era era, Self self) {
    observer.began(era, new Point(era.base(), 0), List.of());
    return new Observed(protocol.enter(era, self));
  }

  @Override
  public Consensus restore(Era era, Self self, Point decided, List<JournalRecord> records) {
    observer.began(era, decided, List.copyOf(records));
    return new Observed(protocol.restore(era, self, decided, records));
  }

  @Override
  public Codec<Message> messages() {
    return protocol.messages();
  }

  @Override
  public Codec<JournalRecord> records() {
    return protocol.records();
  }

  private final class Observed implements Consensus {
    private final Consensus machine;

    Observed(Consensus machine) {
      this.machine = machine;
    }

    @Override
    public void step(long now, List<Input> inputs, Effects out) {
      var recorder = new Recorder();
      var seen = List.copyOf(inputs);
      machine.step(now, inputs, recorder);
      observer.stepped(seen, recorder.emissions, machine.status());
      recorder.emissions.forEach(emission -> pass(emission, out));
    }

    @Override
    public long nextDeadline() {
      return machine.nextDeadline();
    }

    @Override
    public List<JournalRecord> checkpoint() {
      return machine.checkpoint();
    }

    @Override
    public Status status() {
      return machine.status();
    }
  }

  private static void pass(Emission emission, Effects out) {
    switch (emission) {
      case Emission.Journaled(var record) -> out.journal(record);
      case Emission.Sent(var to, var message) -> out.send(to, message);
      case Emission.SentDurably(var to, var message) -> out.sendDurably(to, message);
      case Emission.Decided(var entries) -> out.decided(entries);
      case Emission.Refused(var payload, var why) -> out.refused(payload, why);
      case Emission.ReadReady(var id, long index) -> out.readReady(id, index);
      case Emission.ReadLost(var id) -> out.readLost(id);
      case Emission.Behind(var hint, long atLeast) -> out.behind(hint, atLeast);
      case Emission.Led(var now) -> out.leadership(now);
    }
  }

  private static final class Recorder implements Effects {
    final List<Emission> emissions = new ArrayList<>();

    @Override
    public void journal(JournalRecord record) {
      emissions.add(new Emission.Journaled(record));
    }

    @Override
    public void send(ReplicaId to, Message.Notice message) {
      emissions.add(new Emission.Sent(to, message));
    }

    @Override
    public void sendDurably(ReplicaId to, Message message) {
      emissions.add(new Emission.SentDurably(to, message));
    }

    @Override
    public void decided(List<Entry> next) {
      emissions.add(new Emission.Decided(List.copyOf(next)));
    }

    @Override
    public void refused(Payload payload, Refusal why) {
      emissions.add(new Emission.Refused(payload, why));
    }

    @Override
    public void readReady(ReadId id, long index) {
      emissions.add(new Emission.ReadReady(id, index));
    }

    @Override
    public void readLost(ReadId id) {
      emissions.add(new Emission.ReadLost(id));
    }

    @Override
    public void behind(ReplicaId hint, long atLeast) {
      emissions.add(new Emission.Behind(hint, atLeast));
    }

    @Override
    public void leadership(Leadership now) {
      emissions.add(new Emission.Led(now));
    }
  }
}
