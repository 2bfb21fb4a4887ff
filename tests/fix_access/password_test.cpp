// Hashes of passwords: what matches, what their text is, and what is refused.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/fix/base64.hpp"
#include "gateway/fix/password.hpp"

namespace tickweir::gateway::fix {
namespace {

TEST(PasswordHashTest, MatchesItsPasswordAlone) {
    const auto hash = PasswordHash::make("correct horse", process_cost);
    ASSERT_TRUE(hash);
    EXPECT_TRUE(hash->matches("correct horse"));
    for (const auto* const wrong : {"", "correct hors", "correct horse ", "Correct horse"})
        EXPECT_FALSE(hash->matches(wrong)) << wrong;
    EXPECT_FALSE(hash->matches(std::string{"correct horse\0", 14}));
}

TEST(PasswordHashTest, HasASaltOfItsOwn) {
    const auto one = PasswordHash::make("same", process_cost);
    const auto other = PasswordHash::make("same", process_cost);
    ASSERT_TRUE(one && other);
    EXPECT_NE(one->text(), other->text());
}

TEST(PasswordHashTest, IsReadBackFromItsText) {
    const auto hash = PasswordHash::make("secret", process_cost);
    ASSERT_TRUE(hash);
    const std::string text = hash->text();
    EXPECT_EQ(text.rfind("$scrypt$ln=10,r=8,p=1$", 0), 0u);
    EXPECT_EQ(text.find("secret"), text.npos);
    const auto again = PasswordHash::parse(text);
    ASSERT_TRUE(again);
    EXPECT_EQ(again, hash);
    EXPECT_TRUE(again->matches("secret"));
}

TEST(PasswordHashTest, AgreesWithTheStandardsExample) {
    // RFC 7914 §12: N = 16384, r = 8, p = 1; the first half of its 64 bytes.
    const auto hash = PasswordHash::parse(
        "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI");
    ASSERT_TRUE(hash);
    EXPECT_EQ(hash->cost(), stored_cost);
    EXPECT_TRUE(hash->matches("pleaseletmein"));
    EXPECT_FALSE(hash->matches("pleaseletmeout"));
}

TEST(PasswordHashTest, RefusesTextsThatAreNoHashes) {
    const std::string salt = "AAAAAAAAAAAAAAAAAAAAAA";
    const std::string value(43, 'A');
    ASSERT_TRUE(PasswordHash::parse("$scrypt$ln=10,r=8,p=1$" + salt + '$' + value));
    for (const std::string& text :
         {std::string{}, std::string{"secret"}, "$scrypt$ln=9,r=8,p=1$" + salt + '$' + value,
          "$scrypt$ln=18,r=8,p=1$" + salt + '$' + value,
          "$scrypt$ln=17,r=8,p=1$" + salt + '$' + value,  // 128 MiB
          "$scrypt$ln=10,r=0,p=1$" + salt + '$' + value,
          "$scrypt$ln=10,r=8,p=5$" + salt + '$' + value,
          "$scrypt$ln=-1,r=8,p=1$" + salt + '$' + value, "$scrypt$ln=10,r=8,p=1$$" + value,
          "$scrypt$ln=10,r=8,p=1$" + salt, "$scrypt$ln=10,r=8,p=1$" + salt + '$',
          "$scrypt$ln=10,r=8,p=1$" + salt + '$' + value + 'A',
          "$scrypt$ln=10,r=8,p=1$" + salt + '$' + value.substr(1) + '=',
          "$scrypt$ln=10,r=8,p=1$" + std::string(100, 'A') + '$' + value,
          "$scrypt$ln=10,r=8,p=1$" + salt + '$' + value.substr(1) + 'B'})
        EXPECT_FALSE(PasswordHash::parse(text)) << text;
}

TEST(PasswordHashTest, LooksAtNoPasswordBeyondItsLimit) {
    EXPECT_FALSE(PasswordHash::make("", process_cost));
    EXPECT_FALSE(PasswordHash::make(std::string(password_bytes_max + 1, 'x'), process_cost));
    EXPECT_FALSE(PasswordHash::make("x", {.log_n = 30}));
    const std::string longest(password_bytes_max, 'x');
    const auto hash = PasswordHash::make(longest, process_cost);
    ASSERT_TRUE(hash);
    EXPECT_TRUE(hash->matches(longest));
    EXPECT_FALSE(hash->matches(longest + 'x'));
}

TEST(Base64Test, GivesBytesBack) {
    std::vector<unsigned char> bytes;
    for (unsigned i = 0; i < 70; ++i) {
        EXPECT_EQ(base64_bytes(base64_text(bytes)), bytes);
        bytes.push_back(static_cast<unsigned char>(i * 37 + 200));
    }
    EXPECT_EQ(base64_text(std::vector<unsigned char>{'f', 'o', 'o', 'b'}), "Zm9vYg");
    for (const auto* const text : {"A", "AAAAA", "Zm9vYh", "Zm9v\n", "Zm9v===", "Zm9v-A"})
        EXPECT_FALSE(base64_bytes(text)) << text;
}

}  // namespace
}  // namespace tickweir::gateway::fix
