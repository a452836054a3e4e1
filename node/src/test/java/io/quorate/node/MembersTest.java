package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Every node that is given the same cluster finds the same ids.
class MembersTest {
  private static final String A = "http://10.0.0.1:2380";
  private static final String B = "http://10.0.0.2:2380";
  private static final String C = "http://10.0.0.3:2380";

  private static final Members THREE =
      Members.of("token", Map.of("a", List.of(A), "b", List.of(B), "c", List.of(C)));

  private static long idOf(Members members, String name) {
    return members.named(name).id();
  }

  @Test
  void idsAreTheSameForEver() {
    assertThat(Long.toHexString(THREE.cluster())).isEqualTo("ef0e4c1856ea8612");
    assertThat(Long.toHexString(idOf(THREE, "a"))).isEqualTo("82bdb4febb70f90a");
  }

  @Test
  void orderDoesNotMatter() {
    var reversed = new LinkedHashMap<String, List<String>>();
    reversed.put("c", List.of(C));
    reversed.put("b", List.of(B));
    reversed.put("a", List.of(A));
    assertThat(Members.of("token", reversed)).isEqualTo(THREE);
    assertThat(idOf(Members.of("token", Map.of("a", List.of(B, A))), "a"))
        .isEqualTo(idOf(Members.of("token", Map.of("a", List.of(A, B))), "a"));
  }

  @Test
  void aNameMakesNoId() {
    var renamed = Members.of("token", Map.of("x", List.of(A), "b", List.of(B), "c", List.of(C)));
    assertThat(idOf(renamed, "x")).isEqualTo(idOf(THREE, "a"));
    assertThat(renamed.cluster()).isEqualTo(THREE.cluster());
  }

  @Test
  void tokenAndUrlsMakeTheId() {
    var ids =
        List.of(
            idOf(Members.of("token", Map.of("a", List.of(A))), "a"),
            idOf(Members.of("other", Map.of("a", List.of(A))), "a"),
            idOf(Members.of("", Map.of("a", List.of("token" + A))), "a"),
            idOf(Members.of("token", Map.of("a", List.of(B))), "a"),
            idOf(Members.of("token", Map.of("a", List.of(A, B))), "a"),
            idOf(Members.of("token", Map.of("a", List.of(A + B))), "a"));
    assertThat(ids).doesNotHaveDuplicates();
  }

  @Test
  void anotherClusterHasAnotherId() {
    var two = Members.of("token", Map.of("a", List.of(A), "b", List.of(B)));
    assertThat(two.cluster()).isNotEqualTo(THREE.cluster());
    assertThat(idOf(two, "a")).isEqualTo(idOf(THREE, "a"));
  }

  @Test
  void twoNodesCannotHaveTheSameUrls() {
    assertThatThrownBy(() -> Members.of("token", Map.of("a", List.of(A, B), "b", List.of(B, A))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two nodes have the peer URLs [%s, %s]", A, B);
  }

  @Test
  void aMemberIsFoundByNameAndId() {
    var a = THREE.named("a");
    assertThat(a.peerUrls()).containsExactly(A);
    assertThat(THREE.contains(a.id())).isTrue();
    assertThat(THREE.contains(a.id() + 1)).isFalse();
    assertThat(THREE.others(a.id()))
        .extracting(Members.Member::name)
        .containsExactlyInAnyOrder("b", "c");
    assertThat(List.copyOf(THREE.nodes().keySet())).isSortedAccordingTo(Long::compareUnsigned);
    assertThatThrownBy(() -> THREE.named("d"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("couldn't find local name \"d\" in the initial cluster configuration");
  }
}
