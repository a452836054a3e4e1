package io.quorate.simulation;

import static io.quorate.simulation.Scenario.MILLISECOND;
import static io.quorate.simulation.Scenario.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Rpc;
import io.quorate.simulation.history.KvAnswer;
import io.quorate.simulation.history.KvRequest;
import io.quorate.store.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whichever protocol orders the writes, clients that ask one after the other are told the same, to
/// the revision.
class SameAnswersTest {
  private static final int CALLS = 400;

  /// A client that asks any node, for what one seed draws from what it was told before.
  private static final class Client {
    private final Scenario scenario;
    private final Draw draw;
    private final KvRequests requests;
    private final List<String> told = new ArrayList<>();
    private KvAnswer seen = new KvAnswer(0, true, List.of());

    Client(Protocol protocol, long seed) {
      scenario = Scenario.ofThree(protocol);
      scenario.begin();
      scenario.world.run(2 * SECOND);
      draw = new Draw(seed);
      requests = new KvRequests(draw.split(), CALLS);
    }

    List<String> askAll() {
      for (int i = 0; i < CALLS; i++) {
        var request = next();
        var answer = ask(scenario.world.host(draw.below(3)), request);
        requests.told(answer.revision());
        told.add("%s: %s".formatted(request, answer));
      }
      return told;
    }

    private KvRequest next() {
      var key = requests.sharedKey();
      return switch (draw.below(8)) {
        case 0, 1 -> KvRequest.of(requests.put(key));
        case 2 -> requests.get(key);
        case 3 -> requests.ranged();
        case 4 -> requests.past();
        case 5 -> KvRequest.of(requests.delete(key));
        case 6 -> requests.deleteSome();
        default -> {
          seen = ask(scenario.world.host(draw.below(3)), requests.look());
          yield requests.transaction(seen);
        }
      };
    }

    private KvAnswer ask(SimulatedHost<Outcome> host, KvRequest request) {
      var answers = new ArrayList<KvAnswer>();
      scenario.call(
          host,
          "etcdserverpb.KV/" + KvWire.method(request),
          KvWire.message(request),
          new Rpc.Reply() {
            @Override
            public void done(Bytes response) {
              try {
                answers.add(KvWire.answer(request, response));
              } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
              }
            }

            @Override
            public void failed(int code, String text) {
              throw new AssertionError(text);
            }
          });
      for (int i = 0; answers.isEmpty() && i < 1_000; i++) {
        scenario.world.run(MILLISECOND);
      }
      // Whoever is asked next, also without a round of messages, has heard of it.
      scenario.world.run(20 * MILLISECOND);
      assertThat(answers).as("answers to %s", request).hasSize(1);
      return answers.getFirst();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void everyProtocolGivesTheSameAnswers(long seed) {
    var protocols = Scenario.protocols();
    var first = new Client(protocols.getFirst(), seed).askAll();
    for (var other : protocols.subList(1, protocols.size())) {
      assertThat(new Client(other, seed).askAll()).as(other.name()).isEqualTo(first);
    }
  }

  @Test
  void anotherSeedAsksForSomethingElse() {
    var protocol = Scenario.protocols().getFirst();
    assertThat(new Client(protocol, 1).askAll()).isNotEqualTo(new Client(protocol, 2).askAll());
  }
}
