// SoupBinTCP: bytes from anywhere into a client and a server give the same in whatever pieces they
// come; and as a script they drive a client against a server, who never fault each other.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "book/ensure.hpp"
#include "codecs/soup/client.hpp"
#include "codecs/soup/server.hpp"

namespace tickweir::codecs::soup {
namespace {

using book::ensure;
using Buffer = std::vector<std::byte>;

/// Short lines of output, so that full ones are met.
constexpr Limits tight{.receive_length = 300, .send_length = 80, .output_bytes = 200};

/// A digest of all that was told; every `pause`th message is refused once.
struct Digest {
    std::uint64_t pause = 0;
    Server* server = nullptr;  ///< accepts every login that the protocol can accept
    std::uint64_t value = 0xcbf29ce484222325;
    std::uint64_t offered = 0;

    void add(std::uint64_t number) { value = (value ^ number) * 0x100000001b3; }
    void add(Bytes bytes) {
        add(bytes.size());
        for (const std::byte byte : bytes)
            add(std::to_integer<std::uint64_t>(byte));
    }
    bool refuses() { return pause != 0 && ++offered % pause == 0; }

    void on_login_accepted(const Session& session, std::uint64_t sequence) {
        add(as_bytes(session));
        add(sequence);
    }
    void on_new_session(const Session& session) { add(as_bytes(session)); }
    void on_missed(std::uint64_t first, std::uint64_t count) {
        add(first);
        add(count);
    }
    void on_login_rejected(RejectReason reason) { add(static_cast<unsigned char>(reason)); }
    bool on_sequenced(std::uint64_t sequence, Bytes message) {
        if (refuses()) return false;
        add(sequence);
        add(message);
        return true;
    }
    bool on_unsequenced(Bytes message) {
        if (refuses()) return false;
        add(message);
        return true;
    }
    void on_debug(Bytes text) { add(text); }
    void on_end_of_session() { add('Z'); }
    void on_login_request(const Alpha<6>& username, const Alpha<10>& password,
                          const Session& session, std::uint64_t sequence) {
        add(as_bytes(username));
        add(as_bytes(password));
        add(as_bytes(session));
        add(sequence);
        ensure(server->accept(session, sequence, TimeNs{}) ==
               (sequence == 0 ? Sent::bad_sequence : Sent::ok));
    }
    void on_logout() { add('O'); }
};

struct Outcome {
    std::uint64_t digest = 0;
    std::size_t consumed = 0;
    Status status;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// Gives `wire` in pieces of `length` bytes, keeping what is not consumed.
template <class Machine>
Outcome outcome(Machine machine, Bytes wire, std::size_t length, std::uint64_t pause) {
    Digest digest{.pause = pause};
    if constexpr (std::is_same_v<Machine, Server>) digest.server = &machine;
    std::size_t done = 0;
    std::size_t given = 0;
    for (bool held = false; held || given < wire.size();) {
        if (!held) given = std::min(wire.size(), given + length);
        // A copy of just the bytes, so that a sanitizer sees a read beyond them.
        const Buffer piece{wire.begin() + static_cast<std::ptrdiff_t>(done),
                           wire.begin() + static_cast<std::ptrdiff_t>(given)};
        const Consumed consumed = machine.on_bytes(piece, TimeNs{}, digest);
        ensure(consumed.bytes <= piece.size() && consumed.status == machine.status());
        ensure(consumed.status.ok() || consumed.status.offset <= wire.size());
        done += consumed.bytes;
        held = consumed.held;
    }
    return {digest.value, done, machine.status()};
}

template <class Machine>
void check_pieces(const Machine& machine, Bytes wire, std::size_t length) {
    const Outcome whole = outcome(machine, wire, wire.size() + 1, 0);
    ensure(outcome(machine, wire, length, 0) == whole);
    ensure(outcome(machine, wire, length, 2) == whole);
}

/// A client and a server, with a connection between them that only a script moves.
struct Pair {
    Client client{{.username = "USER", .limits = tight}, TimeNs{}};
    Server server{tight, TimeNs{}};
    Buffer to_client;
    Buffer to_server;
    TimeNs now{};
    std::uint64_t taken = 0;
    std::uint64_t logins = 0;

    bool on_sequenced(std::uint64_t sequence, Bytes message) {
        ensure(sequence == ++taken && message.size() == sequence % 70);
        return true;
    }
    void on_login_request(const Alpha<6>& username, const Alpha<10>&, const Session&,
                          std::uint64_t sequence) {
        ensure(username == "USER" && sequence == 1 && ++logins == 1);
    }

    template <class From, class To>
    void carry(From& from, To& to, Buffer& kept, std::size_t count) {
        const Bytes pending = from.pending_output();
        count = std::min(count, pending.size());
        kept.insert(kept.end(), pending.begin(),
                    pending.begin() + static_cast<std::ptrdiff_t>(count));
        from.drained(count);
        const Buffer given = kept;
        const Consumed consumed = to.on_bytes(given, now, *this);
        kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(consumed.bytes));
    }

    void step(unsigned action, std::size_t amount) {
        const Buffer message(server.next_sequence() % 70);
        switch (action) {
            case 0:
                return carry(client, server, to_server, amount);
            case 1:
                return carry(server, client, to_client, amount);
            case 2:
                now += std::chrono::milliseconds{100} * amount;
                (void)client.on_tick(now);
                (void)server.on_tick(now);
                return;
            case 3:
                (void)(amount == 0 ? server.reject(RejectReason::not_authorised, now)
                                   : server.accept(Session{"S1"}, 1, now));
                return;
            case 4:
                (void)server.send_sequenced(message, now);
                return;
            case 5:
                (void)client.send_unsequenced(Buffer(amount * 3), now);
                return;
            case 6:
                (void)server.send_debug(Buffer(amount * 3), now);
                return;
            default:
                (void)(amount < 16 ? client.logout(now) : server.end_of_session(now) == Sent::ok);
        }
    }
};

bool is_fault_of_time(const Status& status) {
    return status.ok() || status.fault == Fault::silent || status.fault == Fault::login_timeout;
}

void check_script(Bytes script) {
    Pair pair;
    for (const std::byte byte : script) {
        const auto code = std::to_integer<unsigned>(byte);
        pair.step(code & 7, code >> 3);
        ensure(is_fault_of_time(pair.client.status()) && is_fault_of_time(pair.server.status()));
        ensure(pair.client.pending_output().size() <= 256 &&
               pair.server.pending_output().size() <= 256);
        ensure(pair.client.next_due().has_value() == pair.client.status().ok());
        ensure(pair.server.next_due().has_value() == pair.server.status().ok());
    }
}

}  // namespace
}  // namespace tickweir::codecs::soup

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
    using namespace tickweir::codecs;
    using namespace tickweir::codecs::soup;
    if (length == 0) return 0;
    const Bytes wire = std::as_bytes(std::span{data, length}).subspan(1);
    const std::size_t piece = 1 + data[0] % 64;
    const ClientSettings settings{.session = Session{"S1"}, .sequence = data[0], .limits = tight};
    check_pieces(Client{settings, TimeNs{}}, wire, piece);
    check_pieces(Server{tight, TimeNs{}}, wire, piece);
    check_script(wire);
    return 0;
}
