#include "gateway/commands/admin.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "codecs/json/query_answer.hpp"
#include "gateway/admin/token_file.hpp"
#include "gateway/commands/http_client.hpp"
#include "gateway/commands/session_clock.hpp"
#include "gateway/commands/text_table.hpp"
#include "gateway/exit_status.hpp"

namespace tickweir::gateway {
namespace {

using codecs::json::Value;
using Action = AdminOptions::Action;

constexpr const char* token_variable = "TICKWEIR_ADMIN_TOKEN";

std::string_view name_of(Action action) {
    switch (action) {
        case Action::sessions:
            return "sessions";
        case Action::logout:
            return "logout";
        case Action::enable:
            return "enable";
        case Action::disable:
            return "disable";
        case Action::reset:
            return "reset";
    }
    return "?";
}

bool printable(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

/// Why the options make no sense; empty: they do.
std::string contradiction(const AdminOptions& options) {
    if (options.action != Action::sessions && options.sessions.empty()) return "which SESSION?";
    if (std::ranges::find(options.sessions, "") != options.sessions.end())
        return "a session has an empty name";
    const bool ends = options.action == Action::logout || options.action == Action::disable;
    if (options.text && !ends) return "--text goes with logout and disable";
    const bool numbers = options.next_inbound || options.next_outbound;
    if (numbers && options.action != Action::reset)
        return "--next-inbound and --next-outbound go with reset";
    if (!printable(options.by.value_or(""))) return "--by has characters that cannot be shown";
    if (!printable(options.text.value_or(""))) return "--text has characters that cannot be sent";
    return {};
}

/// The name of the user who runs this, as far as the system knows it.
std::string user_name() {
    const passwd* const entry = ::getpwuid(::geteuid());
    const std::string name =
        entry != nullptr ? entry->pw_name : "uid " + std::to_string(::geteuid());
    return printable(name) ? name.substr(0, 64) : "uid " + std::to_string(::geteuid());
}

/// The token, or one line that says where it was looked for.
std::variant<std::string, std::string> find_token(const AdminOptions& options,
                                                  const std::string& port) {
    using Found = std::variant<std::string, std::string>;
    if (options.token_file) return read_token(*options.token_file);
    const char* const given = std::getenv(token_variable);
    if (given != nullptr && *given != '\0') return Found{std::in_place_index<0>, given};
    std::uint16_t number = 0;
    std::from_chars(port.data(), port.data() + port.size(), number);
    std::string looked;
    for (const std::filesystem::path& path : token_paths(number)) {
        std::error_code none;
        // Of another user's folder nothing can be told; reading says why.
        if (std::filesystem::exists(path, none) || none) return read_token(path);
        looked += (looked.empty() ? "" : " and ") + path.string();
    }
    return Found{std::in_place_index<1>, "there is no token in " + looked +
                                             "; name its file with --token-file, or set " +
                                             token_variable};
}

std::string text_of(const Value& object, std::string_view name) {
    const Value* const value = object.find(name);
    const bool shows = value != nullptr && value->kind != Value::Kind::null &&
                       value->kind != Value::Kind::array && value->kind != Value::Kind::object;
    return shows && !value->text.empty() ? value->text : "-";
}

std::string time_of(const Value& object, std::string_view name) {
    const std::string text = text_of(object, name);
    std::int64_t time = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), time);
    if (error != std::errc{} || end != text.data() + text.size()) return "-";
    return SessionClock::utc_text(book::TimeNs{std::chrono::nanoseconds{time}});
}

std::string state_of(const Value& session) {
    if (text_of(session, "enabled") == "false") return text_of(session, "state") + ", disabled";
    if (text_of(session, "in_schedule") == "false")
        return text_of(session, "state") + ", out of hours";
    return text_of(session, "state");
}

/// One run of the command: asks, prints, and remembers the worst that happened.
class Admin {
public:
    Admin(const AdminOptions& options, HttpServer server, std::string token, std::ostream& out,
          std::ostream& err)
        : options_{options},
          server_{std::move(server)},
          token_{std::move(token)},
          out_{out},
          err_{err} {}

    ExitStatus run() {
        if (options_.action == Action::sessions) {
            list();
        } else {
            for (const std::string& session : options_.sessions)
                if (!act(session)) break;
        }
        return status_;
    }

private:
    void list() {
        const auto answer = take(http_get(server_, "/v1/sessions", token_, options_.timeout));
        if (!answer || options_.json) return;
        const Value* const sessions = answer->find("sessions");
        TextTable table{"<<<<<>>>>>>>"};
        table.add({"session", "comp id", "state", "address", "since", "next in", "next out",
                   "received", "sent", "resent", "rejected", "queued"});
        std::vector<std::string> missing = options_.sessions;
        for (const auto& [index, session] : sessions->members) {
            const std::string name = text_of(session, "name");
            if (!options_.sessions.empty() &&
                std::ranges::find(options_.sessions, name) == options_.sessions.end())
                continue;
            std::erase(missing, name);
            table.add({name, text_of(session, "comp_id"), state_of(session),
                       text_of(session, "address"), time_of(session, "since"),
                       text_of(session, "next_inbound"), text_of(session, "next_outbound"),
                       text_of(session, "received"), text_of(session, "sent"),
                       text_of(session, "resent"), text_of(session, "rejected"),
                       text_of(session, "queued_bytes")});
        }
        table.print(out_);
        for (const std::string& name : missing)
            fail(ExitStatus::failed, "there is no session '" + name + "'");
    }

    /// False when asking for more makes no sense.
    bool act(const std::string& session) {
        const std::string action{name_of(options_.action)};
        std::string target = "/v1/sessions/" + percent_encoded(session) + '/' + action +
                             "?by=" + percent_encoded(options_.by.value_or(user_name()));
        if (options_.text) target += "&text=" + percent_encoded(*options_.text);
        if (options_.next_inbound)
            target += "&next_inbound=" + std::to_string(*options_.next_inbound);
        if (options_.next_outbound)
            target += "&next_outbound=" + std::to_string(*options_.next_outbound);
        const auto answer =
            take(http_post(server_, target, token_, options_.timeout), session + ": ");
        if (!answer) return status_ != ExitStatus::usage;
        if (options_.json) return true;
        const std::string text = text_of(*answer, "text");
        out_ << session << ": " << action << " done" << (text == "-" ? "" : ": " + text) << '\n';
        return true;
    }

    /// The answer if it is one and no refusal; as JSON it is printed as it came, either way.
    std::optional<Value> take(std::variant<HttpReply, HttpFailure> got,
                              const std::string& about = {}) {
        if (const auto* failure = std::get_if<HttpFailure>(&got)) {
            const bool reached = failure->kind == HttpFailure::Kind::failed;
            fail(reached ? ExitStatus::failed : ExitStatus::usage, about + failure->reason);
            return std::nullopt;
        }
        const HttpReply& reply = std::get<HttpReply>(got);
        auto parsed = codecs::json::parse_value(reply.body);
        Value* const value = std::get_if<Value>(&parsed);
        if (options_.json && value != nullptr) out_ << reply.body << '\n';
        if (reply.status != 200) {
            const Value* const reason = value == nullptr ? nullptr : value->find("reason");
            fail(ExitStatus::failed, about + std::to_string(reply.status) +
                                         (reason == nullptr ? "" : ": " + reason->text));
            return std::nullopt;
        }
        const std::string_view part = options_.action == Action::sessions ? "sessions" : "session";
        if (value == nullptr || value->find(part) == nullptr) {
            fail(ExitStatus::failed, about + "the answer is none of an admin port");
            return std::nullopt;
        }
        return std::move(*value);
    }

    void fail(ExitStatus status, std::string why) {
        std::ranges::replace_if(
            why, [](char c) { return c >= 0 && c < ' '; }, '.');
        err_ << "tickweir admin: " << why << '\n';
        status_ = std::max(status_, status);
    }

    const AdminOptions& options_;
    HttpServer server_;
    std::string token_;
    std::ostream& out_;
    std::ostream& err_;
    ExitStatus status_ = ExitStatus::ok;
};

int refuse(std::ostream& err, const std::string& why) {
    err << "tickweir admin: " << why << '\n';
    return static_cast<int>(ExitStatus::usage);
}

}  // namespace

int run_admin(const AdminOptions& options, std::ostream& out, std::ostream& err) {
    if (const std::string why = contradiction(options); !why.empty()) return refuse(err, why);
    auto server = parse_server_url(options.url);
    if (const auto* why = std::get_if<std::string>(&server)) return refuse(err, *why);
    HttpServer& found = std::get<HttpServer>(server);
    auto token = find_token(options, found.port);
    if (token.index() == 1) return refuse(err, std::get<1>(token));
    const bool sendable =
        std::ranges::all_of(std::get<0>(token), [](char c) { return c > ' ' && c <= '~'; });
    if (!sendable) return refuse(err, "the token has characters that cannot be sent");
    Admin admin{options, std::move(found), std::move(std::get<0>(token)), out, err};
    return static_cast<int>(admin.run());
}

}  // namespace tickweir::gateway
