#include "gateway/commands/hash_password.hpp"

#include <termios.h>
#include <unistd.h>

#include <iostream>
#include <string>

#include "gateway/exit_status.hpp"
#include "gateway/fix/password.hpp"

namespace tickweir::gateway {
namespace {

/// While it lives, the terminal at standard input, if that is one, does not show what is typed.
class SilentTerminal {
public:
    SilentTerminal() {
        is_terminal_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
        if (!is_terminal_) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        (void)::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~SilentTerminal() {
        if (is_terminal_) (void)::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;

    bool is_terminal() const { return is_terminal_; }

private:
    termios before_{};
    bool is_terminal_ = false;
};

/// The first line, or as much of it as shows that it is too long.
std::string read_password(std::istream& in, std::ostream& err) {
    const SilentTerminal terminal;
    const bool asks = &in == &std::cin && terminal.is_terminal();
    if (asks) err << "password: " << std::flush;
    std::string password;
    for (char c = 0; password.size() <= fix::password_bytes_max && in.get(c) && c != '\n';)
        password += c;
    if (password.ends_with('\r')) password.pop_back();
    if (asks) err << '\n';
    return password;
}

}  // namespace

int run_hash_password(const HashPasswordOptions& options, std::istream& in, std::ostream& out,
                      std::ostream& err) {
    const std::string password = read_password(in, err);
    const auto hash = fix::PasswordHash::make(password, {.log_n = options.log_n});
    if (!hash) {
        err << "tickweir hash-password: the first line of stdin has to be a password of 1 to "
            << fix::password_bytes_max << " bytes without NUL\n";
        return static_cast<int>(ExitStatus::usage);
    }
    out << hash->text() << '\n';
    return static_cast<int>(ExitStatus::ok);
}

}  // namespace tickweir::gateway
