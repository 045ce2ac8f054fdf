"""The list page of Django's admin on the same table, as its documentation would have one set it up."""

import os
import sys
from typing import Any

import django
from django.conf import settings
from sqlalchemy.engine import make_url

from bench.page import HOT_ID, masked_mobile

url = make_url(os.environ["DATABASE_URL"])
if url.get_backend_name() == "sqlite":
    DATABASE: dict[str, Any] = {"ENGINE": "django.db.backends.sqlite3", "NAME": url.database}
else:
    DATABASE = {"ENGINE": "django.db.backends.postgresql", "NAME": url.database, "USER": url.username,
                "HOST": url.host, "PORT": url.port, "PASSWORD": url.password or "",
                "OPTIONS": {"options": f"-c portal.read_tenants={HOT_ID}"}}  # fmt: skip

settings.configure(
    SECRET_KEY="a" * 64,
    ALLOWED_HOSTS=["127.0.0.1", "testserver"],
    DATABASES={"default": {**DATABASE, "CONN_MAX_AGE": None}},
    INSTALLED_APPS=["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
                    "django.contrib.sessions", "django.contrib.messages", "bench"],
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
                "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware",
                "django.contrib.messages.middleware.MessageMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request",
                                                   "django.contrib.auth.context_processors.auth",
                                                   "django.contrib.messages.context_processors.messages"]}}],
    ROOT_URLCONF="bench.django_site",
    STATIC_URL="/static/",
    LANGUAGE_CODE="zh-hans",
    USE_TZ=True,
    TIME_ZONE="Asia/Shanghai",
)  # fmt: skip
django.setup()

from django.contrib import admin  # noqa: E402
from django.db import models  # noqa: E402
from django.urls import path  # noqa: E402


class Here(models.Manager):  # type: ignore[type-arg]
    """Rows of the one community, as the portal's page has them."""

    def get_queryset(self) -> Any:
        """Filter by tenant."""
        return super().get_queryset().filter(tenant_id=HOT_ID)


class Organization(models.Model):
    """The portal's table."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.BigIntegerField()
    name = models.CharField(max_length=60)
    objects = Here()

    class Meta:
        """Left to the portal."""

        managed, db_table, app_label = False, "party_organization", "bench"

    def __str__(self) -> str:
        """Give its name."""
        return self.name


class Member(models.Model):
    """The portal's table; the columns that the list shows."""

    id = models.UUIDField(primary_key=True)
    tenant_id = models.BigIntegerField()
    full_name = models.CharField("姓名", max_length=50)
    sort_key = models.CharField(max_length=200)
    sex_code = models.CharField("性别", max_length=1, choices=[("1", "男"), ("2", "女")])
    born_on = models.DateField("出生")
    organization = models.ForeignKey(Organization, models.DO_NOTHING, verbose_name="支部")
    member_type = models.CharField("类别", max_length=32, choices=[("FULL", "正式党员"), ("PROBATIONARY", "预备党员")])
    management_class = models.CharField("分类", max_length=32, null=True, choices=[
        ("IN_SERVICE", "在职"), ("RETIRED", "离退休"), ("VULNERABLE", "弱势"), ("FLOATING", "流动")])  # fmt: skip
    joined_on = models.DateField("入党时间")
    status = models.CharField(max_length=32)
    mobile_sealed = models.BinaryField(null=True)
    objects = Here()

    class Meta:
        """Left to the portal."""

        managed, db_table, app_label, verbose_name_plural = False, "party_member", "bench", "党员"


@admin.register(Member)
class MemberAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The same columns, filters, order and length of page as the portal's list."""

    list_display = ("full_name", "sex_code", "born", "organization", "member_type", "management_class", "joined_on",
                    "mobile")  # fmt: skip
    list_filter = ("organization", "management_class", "member_type")
    search_fields = ("full_name",)
    list_per_page = 50
    list_select_related = ("organization",)
    ordering = ("sort_key", "id")

    @admin.display(description="出生")
    def born(self, member: Member) -> int:
        """Give the year."""
        return member.born_on.year

    @admin.display(description="手机")
    def mobile(self, member: Member) -> str:
        """Give the mobile, masked."""
        return masked_mobile(member.id, member.mobile_sealed)


urlpatterns = [path("admin/", admin.site.urls)]
PATH = "/admin/bench/member/"


def prepare() -> None:
    """Make Django's own tables, somebody who may do everything, and print a signed-in session's cookie."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    client = Client()
    client.force_login(User.objects.create_superuser("secretary"))
    sys.stdout.write(f"sessionid={client.cookies['sessionid'].value}")


if __name__ == "__main__":
    prepare()
else:
    from django.core.wsgi import get_wsgi_application

    app = get_wsgi_application()
