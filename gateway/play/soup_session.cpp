#include "gateway/play/soup_session.hpp"

#include <algorithm>
#include <string_view>

#include "codecs/mold/packet.hpp"

namespace tickweir::gateway {
namespace {

using codecs::soup::RejectReason;
using codecs::soup::Sent;
using codecs::soup::ServerState;

/// Clients send logins and heartbeats.
constexpr codecs::soup::Limits limits{.receive_length = 1024, .output_bytes = 128 * 1024};
/// Messages that are looked up in the archive together.
constexpr std::size_t run_bytes = 16 * 1024;

bool same_text(std::string_view a, std::string_view b) {
    const auto small = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return std::ranges::equal(a, b, {}, small, small);
}

bool allowed(const std::optional<std::string>& wanted, std::string_view given) {
    return !wanted || same_text(*wanted, given);
}

}  // namespace

SoupSession::SoupSession(const SoupAccess& access, book::TimeNs now)
    : access_{access}, server_{limits, now} {}

std::size_t SoupSession::on_bytes(codecs::Bytes input, const PublishedSession& session,
                                  book::TimeNs now) {
    struct Events {
        SoupSession& self;
        const PublishedSession& session;
        book::TimeNs now;

        void on_login_request(const codecs::Alpha<6>& user, const codecs::Alpha<10>& password,
                              const codecs::soup::Session& wanted, std::uint64_t sequence) {
            self.decide(user, password, wanted, sequence, session, now);
        }
    };
    return server_.on_bytes(input, now, Events{*this, session, now}).bytes;
}

void SoupSession::decide(const codecs::Alpha<6>& user, const codecs::Alpha<10>& password,
                         const codecs::Alpha<10>& wanted, std::uint64_t sequence,
                         const PublishedSession& session, book::TimeNs now) {
    if (!allowed(access_.user, user.view()) || !allowed(access_.password, password.view())) {
        static_cast<void>(server_.reject(RejectReason::not_authorised, now));
        return;
    }
    const bool current = wanted.view().empty() || wanted == session.name;
    // Number 0 asks for what comes from now on.
    const std::uint64_t first = sequence == 0 ? session.published : sequence;
    const auto place =
        current && first <= session.published ? session.archive.find(first) : std::nullopt;
    if (!place) {
        static_cast<void>(server_.reject(RejectReason::session_not_available, now));
        return;
    }
    place_ = *place;
    static_cast<void>(server_.accept(session.name, first, now));
}

bool SoupSession::fill(const PublishedSession& session, book::TimeNs now) {
    if (!live() || behind_) return false;
    if (!session.archive.holds(place_)) {
        behind_ = true;
        return true;
    }
    bool filled = false;
    while (place_.sequence < session.published) {
        const ArchiveRun run =
            session.archive.run(place_, run_bytes, session.published - place_.sequence);
        for (const codecs::Bytes message : codecs::mold::Blocks{run.frames}) {
            if (server_.send_sequenced(message, now) != Sent::ok) return filled;
            filled = true;
            ++messages_;
            ++place_.sequence;
            place_.offset += sizeof(codecs::be16) + message.size();
        }
    }
    if (!session.over) return filled;
    static_cast<void>(server_.end_of_session(now));
    return true;
}

SoupEnd SoupSession::end() const {
    if (behind_) return SoupEnd::behind;
    if (!server_.status().ok()) return SoupEnd::fault;
    switch (server_.state()) {
        case ServerState::awaiting:
        case ServerState::deciding:
        case ServerState::live:
            return SoupEnd::none;
        case ServerState::rejected:
            return SoupEnd::rejected;
        case ServerState::ended:
            return SoupEnd::complete;
        case ServerState::logged_out:
            return SoupEnd::logout;
    }
    return SoupEnd::none;
}

}  // namespace tickweir::gateway
