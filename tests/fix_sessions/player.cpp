#include "tests/fix_sessions/player.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

namespace tickweir::tests::fix_sessions {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

struct Client {
    std::unique_ptr<ClientSocket> socket;
    std::string received;
    std::string held;
    std::string sender;               // of the first message sent
    std::set<std::string> ignored;    // types
    std::optional<Received> message;  // the last one that was expected
};

class Play {
public:
    Play(const Script& script, Peer& peer, const PlayerOptions& options)
        : script_{script}, peer_{peer}, options_{options} {}

    std::string run() {
        port_ = peer_.start();
        for (const Step& step : script_.steps) {
            std::string wrong = take(step);
            if (wrong.empty()) continue;
            clients_.clear();
            peer_.stop();
            return script_.name + ':' + std::to_string(step.line) + ": " + step.text + "\n  " +
                   wrong;
        }
        clients_.clear();
        peer_.stop();
        return {};
    }

private:
    /// What went wrong; empty: nothing.
    std::string take(const Step& step) {
        switch (step.kind) {
            case Step::Kind::send:
            case Step::Kind::drip:
                return send(step);
            case Step::Kind::raw:
                return put(step, raw_message(step.raw, now()));
            case Step::Kind::expect:
                return expect(step);
            case Step::Kind::closed:
                return expect_end(step, false);
            case Step::Kind::ignore:
                clients_[step.connection].ignored.insert(step.fields[0].value);
                return {};
            case Step::Kind::admin:
                return peer_.admin(step.raw);
            case Step::Kind::drop:
                if (clients_[step.connection].socket) clients_[step.connection].socket->finish();
                return expect_end(step, true);
            case Step::Kind::restart:
                clients_.clear();
                peer_.stop();
                port_ = peer_.start();
                return {};
        }
        return "unknown step";
    }

    static SysTime now() { return std::chrono::system_clock::now(); }

    Defaults defaults(const Client& client) {
        return {client.sender, options_.target, next_[client.sender], now()};
    }

    std::string send(const Step& step) {
        const auto given = [&step](std::uint32_t tag) -> std::optional<std::string> {
            const auto found = std::ranges::find(step.fields, tag, &FieldClaim::tag);
            if (found == step.fields.end()) return std::nullopt;
            return found->value;
        };
        Client& client = clients_[step.connection];
        // Of a message with a wrong CompID, answers go to the right one.
        if (client.sender.empty()) client.sender = given(49).value_or(options_.sender);
        std::uint64_t& next = next_.try_emplace(client.sender, 1).first->second;
        if (given(35) == "A" && given(141) == "Y") next = 1;
        std::vector<FieldClaim> fields = step.fields;
        for (FieldClaim& field : fields) {
            if (!field.value.starts_with('$') || !client.message) continue;
            const auto tag = static_cast<std::uint32_t>(std::stoul(field.value.substr(1)));
            field.value = client.message->find(tag).value_or("");
        }
        const std::string message = message_of(fields, defaults(client));
        // Numbers go on behind the one that was sent last, unless that was a repetition.
        std::uint64_t number = next;
        if (const auto text = given(34))
            std::from_chars(text->data(), text->data() + text->size(), number);
        if (given(43) != "Y") next = number + 1;
        if (given(35) == "4" && given(36) && given(43) != "Y")
            std::from_chars(given(36)->data(), given(36)->data() + given(36)->size(), next);
        return put(step, message);
    }

    std::string put(const Step& step, const std::string& message) {
        Client& client = clients_[step.connection];
        if (client.sender.empty()) client.sender = options_.sender;
        client.held += message;
        if (step.held) return {};
        if (!client.socket) {
            client.socket = std::make_unique<ClientSocket>(port_);
            client.received.clear();
            if (!client.socket->connected()) return "nobody listens";
        }
        const std::string bytes = std::exchange(client.held, {});
        const std::size_t piece = step.kind == Step::Kind::drip ? 1 : bytes.size();
        for (std::size_t at = 0; at < bytes.size(); at += piece)
            if (!client.socket->send(std::string_view{bytes}.substr(at, piece)))
                return "the peer has ended the connection";
        return {};
    }

    std::string expect(const Step& step) {
        Client& client = clients_[step.connection];
        if (!client.socket) return "there is no connection";
        const SteadyTime deadline = std::chrono::steady_clock::now() + options_.patience;
        while (true) {
            Taken taken = take_message(client.received);
            if (!taken.wrong.empty()) return taken.wrong;
            if (taken.message) {
                const Received& message = *taken.message;
                if (options_.heard) options_.heard(message);
                std::string wrong = form_error(message, defaults(client));
                if (wrong.empty() && client.ignored.contains(message.find(35).value_or("")))
                    continue;
                if (wrong.empty()) wrong = broken_claim(message, step.fields);
                client.message = message;
                return wrong.empty() ? wrong : wrong + "\n  in " + message.shown();
            }
            switch (client.socket->read(client.received, deadline)) {
                case ClientSocket::Read::some:
                    break;
                case ClientSocket::Read::ended:
                    return "the peer ended the connection";
                case ClientSocket::Read::late:
                    return "nothing came";
            }
        }
    }

    std::string expect_end(const Step& step, bool with_messages) {
        Client& client = clients_[step.connection];
        if (!client.socket) return "there is no connection";
        const SteadyTime deadline = std::chrono::steady_clock::now() + options_.patience;
        auto read = ClientSocket::Read::some;
        while (read == ClientSocket::Read::some)
            read = client.socket->read(client.received, deadline);
        std::string received = std::exchange(client.received, {});
        const std::set<std::string> ignored = std::exchange(client, {}).ignored;
        if (read == ClientSocket::Read::late) return "the peer did not end the connection";
        while (!with_messages && !received.empty()) {
            const Taken taken = take_message(received);
            if (!taken.message) return "before the end the peer sent a part: " + taken.wrong;
            if (!ignored.contains(taken.message->find(35).value_or("")))
                return "before the end the peer sent " + taken.message->shown();
        }
        return {};
    }

    const Script& script_;
    Peer& peer_;
    const PlayerOptions& options_;
    std::uint16_t port_ = 0;
    std::map<std::string, Client> clients_;      // by the script's name of the connection
    std::map<std::string, std::uint64_t> next_;  // number a client sends next, by its CompID
};

}  // namespace

std::string play(const Script& script, Peer& peer, const PlayerOptions& options) {
    return Play{script, peer, options}.run();
}

}  // namespace tickweir::tests::fix_sessions
