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
#include "gateway/commands/admin_actions.hpp"
#include "gateway/commands/admin_print.hpp"
#include "gateway/commands/http_client.hpp"
#include "gateway/exit_status.hpp"

namespace tickweir::gateway {
namespace {

using codecs::json::Value;
using Action = AdminOptions::Action;

constexpr const char* token_variable = "TICKWEIR_ADMIN_TOKEN";

bool printable(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
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
        } else if (info_.subject == AdminSubject::venue || info_.subject == AdminSubject::gateway) {
            act({});
        } else {
            for (const std::string& name : options_.names)
                if (!act(name)) break;
        }
        return status_;
    }

private:
    void list() {
        const auto answer =
            take(http_get(server_, "/v1/sessions", token_, options_.timeout), "sessions");
        if (!answer || options_.json) return;
        for (const std::string& name : print_sessions(*answer, options_.names, out_))
            fail(ExitStatus::failed, "there is no session '" + name + "'");
    }

    /// False when asking for more makes no sense.
    bool act(const std::string& name) {
        const std::string target = admin_target(options_, name, options_.by.value_or(user_name()));
        const bool is_account = options_.action == Action::account;
        const auto answer = take(info_.asks ? http_get(server_, target, token_, options_.timeout)
                                            : http_post(server_, target, token_, options_.timeout),
                                 is_account ? "account" : "done", name.empty() ? "" : name + ": ");
        if (!answer) return status_ != ExitStatus::usage;
        if (options_.json) return true;
        if (is_account)
            print_account(*answer, out_);
        else
            print_done(*answer, info_.name, name, out_);
        return true;
    }

    /// The answer if it is one and no refusal; as JSON it is printed as it came, either way.
    /// It has a member `part`.
    std::optional<Value> take(std::variant<HttpReply, HttpFailure> got, std::string_view part,
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
    const AdminActionInfo& info_ = info_of(options_.action);
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
